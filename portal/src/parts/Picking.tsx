import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useSpeech } from '@/words/speech';

/** Which rows of a list are picked for one act. */
export function usePicking<Row extends { id: string }>(rows: readonly Row[]) {
  const [picked, pick] = useState<readonly string[]>([]);
  const chosen = rows.filter(({ id }) => picked.includes(id));
  return {
    chosen,
    has: (id: string) => picked.includes(id),
    // over what is picked when it is called: a row keeps the `toggle` that it was drawn with
    toggle: (id: string) =>
      pick((before) => (before.includes(id) ? before.filter((each) => each !== id) : [...before, id])),
    none: () => pick([]),
    all: {
      picked: chosen.length === rows.length,
      some: chosen.length > 0 && chosen.length < rows.length,
      toggle: () => pick(chosen.length === rows.length ? [] : rows.map(({ id }) => id)),
    },
  };
}

/** The head of the column of ticks: all that is shown, or none of it. */
export function PickAll({ all }: { all: ReturnType<typeof usePicking>['all'] }) {
  const { t } = useSpeech();
  return (
    <th className="tick">
      <Checkbox
        size="xs"
        aria-label={t('lists.pick_all')}
        checked={all.picked}
        indeterminate={all.some}
        onChange={all.toggle}
      />
    </th>
  );
}
