import { api } from '@/api/client';
import { usePages } from '@/api/pages';

const PAGE = 50;
export type Query = { buyer?: string; supplier?: string; side?: 'supplier' | 'buyer' } & Record<string, unknown>;

/** Orders page by page, as the list's address and the chosen customer ask for them. */
export function useOrders(query: Query, settled: boolean) {
  const asked = { limit: PAGE, ...query };
  return usePages(
    '/v1/orders',
    asked,
    (cursor) => api.GET('/v1/orders', { params: { query: { ...asked, ...(cursor ? { cursor } : {}) } as never } }),
    settled,
  );
}
export type OrderList = ReturnType<typeof useOrders>;
