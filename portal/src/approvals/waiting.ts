import type { components } from '@/api/generated/invoicing';
import { OPEN } from '@/parts/status';

type Count = components['schemas']['InvoiceCount'];

/** How many invoices wait for the buyer, of all there are: what the navigation says is what the inbox holds. */
export const waitingOf = (counts: readonly Count[]): number =>
  counts
    .filter(({ box, state, status }) => box === 'received' && state === 'delivered' && OPEN.has(status))
    .reduce((all, { count }) => all + count, 0);

/** Whether an inbox that shows `shown` is to read on: what waits may stand behind a page of what is decided. */
export const readsOn = (shown: number, waiting: number, page: number): boolean => shown < Math.min(waiting, page);
