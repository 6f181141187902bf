import type { components } from '@/api/generated/invoicing';

export type Invoice = components['schemas']['InvoiceSummary'];

/** What the list's address says: its view, what is searched, and from which day to which. */
export type Wanted = { state?: string; q?: string; from?: string; to?: string; sort?: string };

/** Views that are no state of an invoice. */
const MARKS: Record<string, object> = {
  unread: { unread: true },
  overdue: { overdue: true },
  mine: { your_move: true },
};

/** The same as the service is asked, but for the order of the rows. */
export const queryOf = ({ state, q, from, to }: Omit<Wanted, 'sort'>) => ({
  ...(q ? { q } : {}),
  ...(state ? (MARKS[state] ?? { state: [state as 'draft'] }) : {}),
  ...(from ? { issued_from: from } : {}),
  ...(to ? { issued_to: to } : {}),
});

type Count = components['schemas']['InvoiceCount'];

/** How many invoices a view has, of the counts of all. */
export function countOf(counts: readonly Count[], view: string): number {
  const of = (each: Count) => {
    if (view === 'unread' || view === 'overdue') return each[view];
    if (view === 'mine') return each.your_move;
    return view === 'all' || each.state === view ? each.count : 0;
  };
  return counts.reduce((all, each) => all + of(each), 0);
}

/** What a list of invoices may be sorted by. */
export const SORTS = ['number', 'issue_date', 'due_date', 'gross'] as const;
