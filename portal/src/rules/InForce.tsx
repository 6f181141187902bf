import { Panel } from '@/parts/Bits';
import { RuleText } from '@/rules/RuleText';
import type { Book, Kind, Rule } from '@/rules/shapes';
import { useSpeech } from '@/words/speech';

/** The rules that every invoice to the unit meets now. */
export function InForce({ book, kinds }: { book: Book; kinds: readonly Kind[] }) {
  const { t, day } = useSpeech();
  const since = book.published_at && t('rules.since', { version: book.version, day: day(book.published_at) });
  return (
    <Panel title={t('rules.in_force')} note={since}>
      {book.rules?.length ? (
        <ul className="rows">
          {book.rules.map((rule) => (
            <li key={rule.id}>
              <RuleText rule={rule as Rule} kinds={kinds} />
            </li>
          ))}
        </ul>
      ) : (
        <p className="soft">{t('rules.none')}</p>
      )}
    </Panel>
  );
}
