import { NativeSelect } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon } from '@/parts/Icon';
import { useSpeech } from '@/words/speech';

type Change = (sort: string | undefined) => void;
type Head = { by: string; sort?: string; change: Change; children: ReactNode; right?: boolean };

/** The greatest first, then the least, then as the list comes by itself. */
const after = (by: string, sort?: string) => (sort === `-${by}` ? by : sort === by ? undefined : `-${by}`);

/** The head of a column that the service can sort by. */
export function SortHead({ by, sort, change, children, right }: Head) {
  const way = sort === by ? 'ascending' : sort === `-${by}` ? 'descending' : undefined;
  return (
    <th aria-sort={way ?? 'none'} className={right ? 'r' : undefined}>
      <button type="button" className="sort-head" data-way={way} onClick={() => change(after(by, sort))}>
        {children}
        <Icon name="down" size={12} />
      </button>
    </th>
  );
}

/** The same where the rows are cards, and have no heads. */
export function SortChoice({
  sort,
  change,
  by,
}: {
  sort?: string;
  change: Change;
  by: readonly (readonly [string, string])[];
}) {
  const { t } = useSpeech();
  return (
    <NativeSelect
      className="filter-choice sort-choice"
      aria-label={t('lists.sort')}
      value={sort ?? ''}
      data={[
        { value: '', label: t('lists.sort') },
        ...by.flatMap(([name, label]) => [
          { value: `-${name}`, label: `${label} ↓` },
          { value: name, label: `${label} ↑` },
        ]),
      ]}
      onChange={(event) => change(event.currentTarget.value || undefined)}
    />
  );
}
