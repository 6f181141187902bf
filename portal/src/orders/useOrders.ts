import { keepPreviousData } from '@tanstack/react-query';
import { $api, api } from '@/api/client';
import { usePages } from '@/api/pages';
import type { Total } from '@/parts/MoreRows';

const PAGE = 50;
export type Query = { buyer?: string; supplier?: string; side?: 'supplier' | 'buyer' } & Record<string, unknown>;

/** Orders page by page, as the list's address and the chosen customer ask for them, in this order. */
export function useOrders(query: Query, sort: string | undefined, settled: boolean) {
  const asked = { limit: PAGE, ...query, ...(sort ? { sort } : {}) };
  return usePages(
    '/v1/orders',
    asked,
    (cursor) => api.GET('/v1/orders', { params: { query: { ...asked, ...(cursor ? { cursor } : {}) } as never } }),
    settled,
  );
}
export type OrderList = ReturnType<typeof useOrders>;

/** All that the same list has. */
export function useOrderTotals(query: Query, settled: boolean): Total[] | undefined {
  const totals = $api.useQuery(
    'get',
    '/v1/orders/totals',
    { params: { query } },
    { enabled: settled, placeholderData: keepPreviousData },
  );
  return totals.data?.map(({ net, ...each }) => ({ ...each, sum: net }));
}
