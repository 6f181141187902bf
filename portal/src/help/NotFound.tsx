import { Link } from '@tanstack/react-router';
import { Empty, PageHead } from '@/parts/Bits';
import { useSpeech } from '@/words/speech';

export function NotFound() {
  const { t } = useSpeech();
  return (
    <>
      <PageHead title={t('help.nothing')} />
      <div className="panel">
        <Empty
          title={t('help.nothing_why')}
          action={
            <>
              <Link to="/" className="link">
                {t('help.home')}
              </Link>
              <Link to="/help/{-$article}" params={{}} className="link">
                {t('place.help')}
              </Link>
            </>
          }
        />
      </div>
    </>
  );
}
