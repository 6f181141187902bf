import { Link } from '@tanstack/react-router';
import { Notice } from '@/parts/Bits';
import { type Act, useMay } from '@/session/session';
import { useSpeech } from '@/words/speech';

/** Why what others do here is not offered: one's role, and who can give another. Nothing for who may. */
export function MayNot({ act }: { act: Act }) {
  const { t } = useSpeech();
  if (useMay(act)) return null;
  return (
    <Notice
      tone="quiet"
      icon="blocked"
      action={
        <Link to="/settings/{-$room}" params={{ room: 'users' }} className="link">
          {t('may_not.whom')}
        </Link>
      }
    >
      {t(`may_not.${act}`)}
    </Notice>
  );
}
