import { $api } from '@/api/client';
import { isBuyer, useSession } from '@/session/session';
import type { Place } from '@/shell/places';

type Count = { shown: string; alarm?: boolean };
const MOST = 100;

/** "12", "99+", or nothing at all. */
const shown = (items: unknown[] | undefined): string =>
  !items?.length ? '' : items.length === MOST ? `${MOST - 1}+` : String(items.length);

/** How much waits at each place; asked once for the whole navigation, and again when something moves. */
export function useCounts(): Partial<Record<Place['word'], Count>> {
  const { company } = useSession();
  const buyer = isBuyer(company);
  const invoices = (query: { state: ('failed' | 'draft' | 'delivered')[] }) => ({
    params: { query: { ...query, limit: MOST } },
  });
  const failed = $api.useQuery('get', '/v1/invoices', invoices({ state: ['failed'] }), { enabled: !buyer });
  const drafts = $api.useQuery('get', '/v1/invoices', invoices({ state: ['draft'] }), { enabled: !buyer });
  const delivered = $api.useQuery('get', '/v1/invoices', invoices({ state: ['delivered'] }), { enabled: buyer });
  const waiting = delivered.data?.items.filter(({ status }) => status === null || status === '201' || status === '203');
  return {
    invoices: { shown: shown(failed.data?.items), alarm: true },
    drafts: { shown: shown(drafts.data?.items) },
    approvals: { shown: shown(waiting) },
  };
}
