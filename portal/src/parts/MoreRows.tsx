import { Button } from '@mantine/core';
import { useSpeech } from '@/words/speech';

type Pages = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };

/** The foot of a list: how many are shown, and more of them. */
export function MoreRows({ list, shown }: { list: Pages; shown: number }) {
  const { t, count } = useSpeech();
  if (!shown) return null;
  return (
    <div className="table-foot">
      <span className="soft">{t('lists.shown', { count: shown, shown: count(shown) })}</span>
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
