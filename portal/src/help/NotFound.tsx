import { Link } from '@tanstack/react-router';
import { Empty } from '@/parts/Bits';
import { useSpeech } from '@/words/speech';

export function NotFound() {
  const { t } = useSpeech();
  return (
    <div className="panel">
      <Empty
        title={t('help.nothing')}
        action={
          <Link to="/" className="link">
            {t('help.home')}
          </Link>
        }
      >
        {t('help.nothing_why')}
      </Empty>
    </div>
  );
}
