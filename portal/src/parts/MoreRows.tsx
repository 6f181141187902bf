import { Button } from '@mantine/core';
import { useSpeech } from '@/words/speech';

/** All that a list has: how many, and their sums, one a currency. */
export type Total = { currency: string; count: number; sum: string };
type Pages = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };

/** The foot of a list: how many are shown of how many, what all of them come to, and more of them. */
export function MoreRows({ list, shown, totals }: { list: Pages; shown: number; totals?: readonly Total[] }) {
  const { t, count, money } = useSpeech();
  const all = totals?.reduce((found, each) => found + each.count, 0);
  if (!shown) return null;
  return (
    <div className="table-foot">
      <span className="soft">
        {all === undefined
          ? t('lists.shown', { count: shown, shown: count(shown) })
          : t('lists.shown_of', { count: shown, shown: count(shown), all: count(all) })}
      </span>
      {totals && totals.length > 0 && (
        <span className="num">
          {t('lists.sum')} <b>{totals.map(({ currency, sum }) => money(sum, currency)).join(' · ')}</b>
        </span>
      )}
      {list.hasNextPage && (
        <Button
          className="end"
          size="xs"
          variant="default"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t('lists.more')}
        </Button>
      )}
    </div>
  );
}
