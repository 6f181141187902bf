import type { components } from '@/api/generated/po-sync';

export type Order = components['schemas']['OrderSummary'];

/** What the list's address says: its view, whose, what is searched, and from which day to which. */
export type Wanted = { state?: string; q?: string; from?: string; to?: string; partner?: string; sort?: string };

export const SUPPLIER_VIEWS = ['all', 'published', 'accepted', 'rejected', 'every', 'archived'] as const;
export const BUYER_VIEWS = ['all', 'waiting', 'published', 'accepted', 'rejected', 'closed'] as const;
type State = (typeof SUPPLIER_VIEWS | typeof BUYER_VIEWS)[number];

/** Two views look elsewhere than among what can be worked on; the others are a status. */
const SHOWN: Partial<Record<State, 'all' | 'archived'>> = { every: 'all', archived: 'archived' };

export const ELSEWHERE: readonly string[] = Object.keys(SHOWN);

/** The same as the service is asked. */
export function queryOf({ q, from, to, state }: Wanted) {
  const view = state as State | undefined;
  return {
    ...(q ? { number: q } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
    ...(view && (SHOWN[view] ? { show: SHOWN[view] } : { status: view as 'published' })),
  };
}

/** What a list of orders may be sorted by. */
export const SORTS = ['number', 'issue_date', 'net'] as const;
