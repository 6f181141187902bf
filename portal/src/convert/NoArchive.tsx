import { Link } from '@tanstack/react-router';
import { Notice } from '@/parts/Bits';
import { useSpeech } from '@/words/speech';

/** Said before sending where neither side has the archive option: it stops nothing. */
export function NoArchive() {
  const { t } = useSpeech();
  return (
    <Notice
      tone="info"
      icon="archive"
      title={t('convert.no_archive.title')}
      action={
        <Link to="/settings/{-$room}" params={{ room: 'plan' }} className="link">
          {t('convert.no_archive.plan')}
        </Link>
      }
    >
      {t('convert.no_archive.why')}
    </Notice>
  );
}
