import type { components } from '@/api/generated/validation';
import { MORE } from '@/convert/terms';

type Finding = components['schemas']['Finding'];
/** As much of a finding as tells where it belongs; a failure keeps no more. */
export type Located = Pick<Finding, 'rule'> & Partial<Pick<Finding, 'pointer' | 'terms'>>;

/** What no invoice says itself: the supplier's own numbers, addresses and account, set up in its company's settings. */
export const COMPANY = 'company';
/** Above all fields: what has none of its own. */
const ABOVE = 'other';

const FIELDS: Record<string, string> = {
  'BT-1': 'number',
  'BT-10': 'buyer_reference',
  'BT-9': 'due_date',
  'BT-11': 'project_reference',
  'BT-12': 'contract_reference',
  'BT-19': 'buyer_accounting_reference',
  'BT-20': 'payment_terms',
  'BT-72': 'delivery',
  'BG-24': 'files',
};
/** EN 16931: the seller (BT-27 to BT-43) and the account that a payment goes to (BT-84 to BT-86). */
const OF_COMPANY = /^BT-(2[7-9]|3\d|4[0-3]|8[4-6])$/;
const SHOWN: readonly string[] = ['number', 'buyer_reference', 'delivery', 'files', COMPANY, ...MORE];

/** The field a finding speaks of: a line by its place in the document, a term of EN 16931 by its number. */
export function placeOf({ rule, pointer, terms = [] }: Located): string {
  const line = /(?:InvoiceLine|CreditNoteLine|TradeLineItem)\[(\d+)\]/.exec(pointer ?? '');
  if (line) return `line-${Number(line[1]) - 1}`;
  const term = terms.find((each) => each in FIELDS);
  if (term) return FIELDS[term]!;
  // a buyer's rule names a term of our model
  const field = Object.values(FIELDS).find((each) => pointer === `/${each}`);
  if (field) return field;
  if (/:ID$|ExchangedDocument.*ID/.test(pointer ?? '') || rule.toUpperCase() === 'BR-02') return 'number';
  if (/BuyerReference/.test(pointer ?? '')) return 'buyer_reference';
  return terms.some((each) => OF_COMPANY.test(each)) ? COMPANY : '';
}

/** The same from the pointer of a refused submit. */
export function placeOfPointer(pointer: string): string {
  const line = /lines\/(\d+)/.exec(pointer);
  if (line) return `line-${line[1]}`;
  return SHOWN.find((field) => pointer === `/${field}`) ?? (/number/.test(pointer) ? 'number' : '');
}

/** What has no field of its own here is said above all of them: nothing is counted that is not shown. */
export const shownAt = (place: string) => (/^line-\d+$/.test(place) || SHOWN.includes(place) ? place : '');

const elementOf = (place: string) => document.getElementById(place === '' || place === COMPANY ? ABOVE : place);

/** The fields of these places that are on the page, each once. */
export const fieldsOf = (places: readonly string[]): HTMLElement[] =>
  [...new Set(places.map(elementOf))].filter((field) => field !== null);

/** Put the focus on a field, with what it is folded into opened. */
export function focusOn(field: HTMLElement | undefined) {
  for (let fold = field?.closest('details'); fold; fold = fold.parentElement?.closest('details')) fold.open = true;
  field?.focus();
}
