import type { components } from '@/api/generated/invoicing';
import { OPEN } from '@/parts/status';

type Count = components['schemas']['InvoiceCount'];

/** How many invoices wait for the buyer, of all there are: what the navigation says is what the inbox holds. */
export const waitingOf = (counts: readonly Count[]): number =>
  counts
    .filter(({ box, state, status }) => box === 'received' && state === 'delivered' && OPEN.has(status))
    .reduce((all, { count }) => all + count, 0);
