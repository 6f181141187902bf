type Props<Key extends string> = {
  label: string;
  views: readonly { key: Key; label: string }[];
  chosen: Key;
  choose: (key: Key) => void;
};

/** The views of a list, as pills. */
export function Views<Key extends string>({ label, views, chosen, choose }: Props<Key>) {
  return (
    <fieldset className="views" aria-label={label}>
      {views.map((view) => (
        <button key={view.key} type="button" aria-pressed={view.key === chosen} onClick={() => choose(view.key)}>
          {view.label}
        </button>
      ))}
    </fieldset>
  );
}
