import { Icon } from '@/parts/Icon';
import { useSpeech } from '@/words/speech';

type Props<Key extends string> = {
  label: string;
  views: readonly { key: Key; label: string; count?: number }[];
  chosen: Key;
  choose: (key: Key) => void;
  /** Views that somebody named can be taken away again. */
  forget?: (key: Key) => void;
};

/** The views of a list, as pills. */
export function Views<Key extends string>({ label, views, chosen, choose, forget }: Props<Key>) {
  const { t, count } = useSpeech();
  return (
    <fieldset className="views" aria-label={label}>
      {views.map((view) => (
        <span key={view.key} className="kept-view">
          <button type="button" aria-pressed={view.key === chosen} onClick={() => choose(view.key)}>
            {view.label}
            {view.count !== undefined && <span className="num">{count(view.count)}</span>}
          </button>
          {forget && view.key.startsWith('kept:') && (
            <button
              type="button"
              className="bare"
              aria-label={t('lists.forget', { name: view.label })}
              onClick={() => forget(view.key)}
            >
              <Icon name="close" size={13} />
            </button>
          )}
        </span>
      ))}
    </fieldset>
  );
}
