import { Kbd } from '@/parts/Bits';
import { useSpeech } from '@/words/speech';

const KEYS = [
  ['?', 'keys'],
  ['Ctrl K', 'palette'],
  ['/', 'search'],
  ['Ctrl ↵', 'send'],
  ['F8', 'next'],
  ['↑ ↓', 'lines'],
  ['J K', 'move'],
  ['A H R', 'decide'],
] as const;

/** The keys, and what each does. */
export function KeyList() {
  const { t } = useSpeech();
  return (
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
  );
}
