import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo } from 'react';

type Page<Row> = { items: Row[]; next?: string | null };
const NONE: never[] = [];
type Answer<Given> = Promise<{ data?: Given; error?: unknown }>;

/** A list page by page: `read` is given the cursor of the next one. Keyed like the client's own queries, by address. */
export function usePages<Row, More = object>(
  path: string,
  query: object,
  read: (cursor: string | undefined) => Answer<Page<Row> & More>,
  enabled = true,
) {
  const list = useInfiniteQuery({
    queryKey: ['get', path, 'pages', query],
    enabled,
    // a list that is narrowed keeps its rows until the others are there, and does not flash
    placeholderData: keepPreviousData,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Page<Row> & More) => page.next ?? undefined,
    queryFn: async ({ pageParam }) => {
      const { data, error } = await read(pageParam);
      if (!data) throw error;
      return data;
    },
  });
  const given = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? NONE, [list.data]);
  // drawn a few milliseconds at a time: what is typed or clicked meanwhile does not wait for fifty rows
  const rows = useDeferredValue(given, NONE);
  const drawn = rows.length > 0 || given.length === 0;
  return { ...list, rows, isPending: list.isPending || !drawn, isSuccess: list.isSuccess && drawn };
}
