import { Link } from '@tanstack/react-router';
import type { Guide } from '@/help/content/shape';
import { PageHead } from '@/parts/Bits';
import { useTitle } from '@/parts/useTitle';
import { useSpeech } from '@/words/speech';

/** A guide step by step, with the screen each step speaks of. */
export function GuidePage({ guide }: { guide: Guide }) {
  const { t, lang } = useSpeech();
  useTitle(guide.title);
  return (
    <>
      <PageHead
        over={
          <Link to="/help/{-$article}" params={{ article: undefined }} className="link back">
            {t('place.help')}
          </Link>
        }
        title={guide.title}
        lead={guide.lead}
      />
      <ol className="guide">
        {guide.steps.map((step, i) => (
          <li key={step.text} className="panel">
            <p>
              <b className="num">{i + 1}</b> {step.text}
            </p>
            {step.picture && (
              <img
                src={`/guides/${lang}/${step.picture}.jpg`}
                alt={t('help.picture', { step: i + 1 })}
                width={1440}
                height={900}
                loading="lazy"
              />
            )}
          </li>
        ))}
      </ol>
    </>
  );
}
