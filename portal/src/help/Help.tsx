import '@/look/help.css';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { GUIDES, type GuideName, type HelpContent, QUESTIONS } from '@/help/content/shape';
import { Formats } from '@/help/Formats';
import { GuidePage } from '@/help/GuidePage';
import { KeyList } from '@/help/KeyList';
import { useHelp } from '@/help/useHelp';
import { PageHead, Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useTitle } from '@/parts/useTitle';
import { Waiting } from '@/parts/Waiting';
import { useSpeech } from '@/words/speech';

const isGuide = (name: string | undefined): name is GuideName => GUIDES.some((each) => each === name);

/** Guides, questions, words, formats and keys; an address names one guide or the question that is to be open. */
export function Help() {
  const { article } = useParams({ strict: false });
  const help = useHelp();
  if (!help.data) return help.error ? <ProblemNotice error={help.error} /> : <Waiting />;
  if (isGuide(article)) return <GuidePage guide={help.data.guides[article]} />;
  return <Centre content={help.data} open={article} />;
}

function Centre({ content, open }: { content: HelpContent; open?: string }) {
  const { t } = useSpeech();
  useTitle(t('place.help'));
  useEffect(() => {
    const asked = open ? document.getElementById(open) : null;
    asked?.scrollIntoView({ block: 'center' });
    asked?.querySelector('summary')?.focus({ preventScroll: true });
  }, [open]);
  return (
    <>
      <PageHead
        title={t('place.help')}
        lead={t('help.lead')}
        actions={
          <Link to="/tickets" className="link">
            {t('tickets.title')}
          </Link>
        }
      />
      <ul className="guides" aria-label={t('help.guides')}>
        {GUIDES.map((name) => (
          <li key={name}>
            <Link to="/help/{-$article}" params={{ article: name }}>
              <b>{content.guides[name].title}</b>
              <span>{content.guides[name].lead}</span>
            </Link>
          </li>
        ))}
      </ul>
      <div className="grid-detail">
        <div className="stack">
          <Panel title={t('help.questions')}>
            {QUESTIONS.map((name) => (
              <details key={name} id={name} className="question" open={name === open}>
                <summary>{content.questions[name].q}</summary>
                <p>{content.questions[name].a}</p>
              </details>
            ))}
          </Panel>
          <Panel title={t('help.glossary')}>
            <dl className="glossary" id="words">
              {content.glossary.map(({ term, says }) => (
                <div key={term}>
                  <dt>{term}</dt>
                  <dd>{says}</dd>
                </div>
              ))}
            </dl>
          </Panel>
        </div>
        <div className="stack">
          <Panel title={t('help.keys')}>
            <div id="keys">
              <KeyList />
            </div>
          </Panel>
          <Formats />
        </div>
      </div>
    </>
  );
}
