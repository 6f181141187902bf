import { Link } from '@tanstack/react-router';
import { SignLayout } from '@/session/SignLayout';
import { useSpeech } from '@/words/speech';

const AHEAD = ['open', 'accept', 'connect'] as const;

/** The link is on its way; what is left to do until the first invoice. */
export function Registered({ email }: { email: string }) {
  const { t } = useSpeech();
  return (
    <SignLayout>
      <div className="sign-card" role="status">
        <div>
          <h1>{t('register.sent')}</h1>
          <p className="lead">{t('register.sent_to', { email })}</p>
        </div>
        <ol className="ahead">
          {AHEAD.map((step) => (
            <li key={step}>{t(`register.ahead.${step}`)}</li>
          ))}
        </ol>
        <p className="soft small">{t('register.sent_why')}</p>
        <Link to="/" className="link small">
          {t('sign.back')}
        </Link>
      </div>
    </SignLayout>
  );
}
