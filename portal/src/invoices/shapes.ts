import type { components } from '@/api/generated/invoicing';

export type Invoice = components['schemas']['InvoiceSummary'];

/** What the list's address says: its view, what is searched, and from which day to which. */
export type Wanted = { state?: string; q?: string; from?: string; to?: string };

/** The same as the service is asked. Anything unread is a view of its own. */
export const queryOf = ({ state, q, from, to }: Wanted) => ({
  ...(q ? { q } : {}),
  ...(state === 'unread' ? { unread: true } : state === 'overdue' ? { overdue: true } : {}),
  ...(state && state !== 'unread' && state !== 'overdue' ? { state: [state as 'draft'] } : {}),
  ...(from ? { issued_from: from } : {}),
  ...(to ? { issued_to: to } : {}),
});
