import type { IconName } from '@/parts/Icon';

export type Tone = 'quiet' | 'info' | 'ok' | 'warn' | 'bad';
export type Look = { icon: IconName; tone: Tone };

/** The one vocabulary of an invoice's life. A status is its silhouette and its word; colour only repeats them. */
export const STATUSES = {
  draft: { icon: 'draft', tone: 'quiet' },
  submitted: { icon: 'sent', tone: 'info' },
  validated: { icon: 'validated', tone: 'info' },
  sealed: { icon: 'sealed', tone: 'info' },
  archived: { icon: 'archive', tone: 'info' },
  delivered: { icon: 'delivered', tone: 'info' },
  delivery_failed: { icon: 'failed', tone: 'bad' },
  in_hand: { icon: 'inHand', tone: 'info' },
  approved: { icon: 'approved', tone: 'ok' },
  partial: { icon: 'partial', tone: 'warn' },
  dispute: { icon: 'dispute', tone: 'warn' },
  on_hold: { icon: 'hold', tone: 'warn' },
  refused: { icon: 'refused', tone: 'bad' },
  payment_sent: { icon: 'partial', tone: 'info' },
  completed: { icon: 'inHand', tone: 'info' },
  rejected: { icon: 'refused', tone: 'bad' },
  paid: { icon: 'paid', tone: 'ok' },
  failed: { icon: 'failed', tone: 'bad' },
  cancelled: { icon: 'cancelled', tone: 'quiet' },
  other: { icon: 'inHand', tone: 'quiet' },
} satisfies Record<string, Look>;
export type StatusKey = keyof typeof STATUSES;

/** Codes of the log (XP Z12-012) that have a word of ours; others show their number. */
const CODES: Record<string, StatusKey> = {
  '200': 'submitted',
  '201': 'delivered',
  '202': 'delivered',
  '203': 'delivered',
  '204': 'in_hand',
  '205': 'approved',
  '206': 'partial',
  '207': 'dispute',
  '208': 'on_hold',
  '210': 'refused',
  '209': 'completed',
  '211': 'payment_sent',
  '212': 'paid',
  '213': 'rejected',
  '220': 'cancelled',
};

/** Delivered, and the buyer has not settled it: it waits in the inbox. `null`: nobody has said anything yet. */
export const OPEN: ReadonlySet<string | null | undefined> = new Set([
  null,
  '200',
  '201',
  '202',
  '203',
  '204',
  '207',
  '208',
]);

export const statusOfCode = (code: string): StatusKey => CODES[code] ?? 'other';

/** Where an invoice stands: what the buyer said last, else how far it came. */
export function statusOf(invoice: { state: string; status?: string | null }): StatusKey {
  if (invoice.status && invoice.state === 'delivered') return statusOfCode(invoice.status);
  return invoice.state in STATUSES ? (invoice.state as StatusKey) : 'other';
}

/** The five knots of the small thread. */
export const ROAD: StatusKey[] = ['submitted', 'sealed', 'delivered', 'approved', 'paid'];
const BEFORE: Partial<Record<StatusKey, StatusKey>> = {
  validated: 'submitted',
  archived: 'sealed',
  in_hand: 'delivered',
  on_hold: 'delivered',
  dispute: 'delivered',
  partial: 'approved',
  refused: 'approved',
  rejected: 'approved',
  completed: 'delivered',
  payment_sent: 'approved',
  failed: 'sealed',
  delivery_failed: 'delivered',
  other: 'delivered',
};
export const knotOf = (key: StatusKey): number => Math.max(0, ROAD.indexOf(BEFORE[key] ?? key));
export const isCut = (key: StatusKey) =>
  key === 'failed' || key === 'refused' || key === 'rejected' || key === 'delivery_failed';
