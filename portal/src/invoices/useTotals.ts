import { keepPreviousData } from '@tanstack/react-query';
import { $api } from '@/api/client';
import type { Total } from '@/parts/MoreRows';

/** All that a list of invoices has, asked with the same terms as the list. */
export function useTotals(query: object): Total[] | undefined {
  const totals = $api.useQuery(
    'get',
    '/v1/invoices/totals',
    { params: { query } },
    { placeholderData: keepPreviousData },
  );
  return totals.data?.map(({ due, ...each }) => ({ ...each, sum: due }));
}
