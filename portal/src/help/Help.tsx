import { Link } from '@tanstack/react-router';
import { Kbd, PageHead, Panel } from '@/parts/Bits';
import { useTitle } from '@/parts/useTitle';
import { useSpeech } from '@/words/speech';

const QUESTIONS = ['order', 'grey', 'failed', 'paid', 'draft', 'proof', 'delete'] as const;
const KEYS = [
  ['Ctrl K', 'palette'],
  ['/', 'search'],
  ['Ctrl ↵', 'send'],
  ['F8', 'next'],
  ['↑ ↓', 'lines'],
  ['J K', 'move'],
  ['A H R', 'decide'],
] as const;

/** The questions that people ask about their invoices, and the keys. */
export function Help() {
  const { t } = useSpeech();
  useTitle(t('place.help'));
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
      <div className="grid-detail">
        <Panel title={t('help.questions')}>
          {QUESTIONS.map((question) => (
            <details key={question} className="question">
              <summary>{t(`help.q.${question}`)}</summary>
              <p>{t(`help.a.${question}`)}</p>
            </details>
          ))}
        </Panel>
        <Panel title={t('help.keys')}>
          <dl className="proof">
            {KEYS.map(([keys, what]) => (
              <div key={what} className="key-row">
                <dt>
                  <Kbd>{keys}</Kbd>
                </dt>
                <dd>{t(`help.key.${what}`)}</dd>
              </div>
            ))}
          </dl>
        </Panel>
      </div>
    </>
  );
}
