import { useInfiniteQuery } from '@tanstack/react-query';

type Page<Row> = { items: Row[]; next?: string | null };
type Answer<Row> = Promise<{ data?: Page<Row>; error?: unknown }>;

/** A list page by page: `read` is given the cursor of the next one. Keyed like the client's own queries, by address. */
export function usePages<Row>(path: string, query: object, read: (cursor: string | undefined) => Answer<Row>) {
  const list = useInfiniteQuery({
    queryKey: ['get', path, 'pages', query],
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Page<Row>) => page.next ?? undefined,
    queryFn: async ({ pageParam }) => {
      const { data, error } = await read(pageParam);
      if (!data) throw error;
      return data;
    },
  });
  return { ...list, rows: list.data?.pages.flatMap(({ items }) => items) ?? [] };
}
