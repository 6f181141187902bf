/** A step of a guide; its picture was taken by the tests from the product as it is. */
export type Step = { text: string; picture?: Picture };
export type Guide = { title: string; lead: string; steps: readonly Step[] };
export type Entry = { term: string; says: string };

export const PICTURES = [
  'orders',
  'order',
  'convert',
  'invoice',
  'failed',
  'corrected',
  'find',
  'partners',
  'approvals',
  'approve-with-a-date',
  'rules',
  'bring',
  'archive-intact',
  'archive-altered',
] as const;
export type Picture = (typeof PICTURES)[number];

export const GUIDES = ['first', 'flip', 'failed', 'connect', 'proof', 'approve', 'rules', 'bring'] as const;
export type GuideName = (typeof GUIDES)[number];

export const QUESTIONS = [
  'order',
  'grey',
  'failed',
  'paid',
  'draft',
  'proof',
  'delete',
  'price',
  'number',
  'date',
  'count',
  'access',
  'left',
  'waiting',
  'legal',
] as const;
export type QuestionName = (typeof QUESTIONS)[number];

/** All that the help centre says in one language; it is fetched when somebody opens it. */
export type HelpContent = {
  guides: Record<GuideName, Guide>;
  questions: Record<QuestionName, { q: string; a: string }>;
  glossary: readonly Entry[];
};

/** Where an error, or a reason, is explained. */
export const EXPLAINED: Record<string, QuestionName> = {
  NO_ALLOWANCE: 'count',
  DUPLICATE_INVOICE: 'number',
  NOTHING_TO_INVOICE: 'grey',
  ACCOUNT_EXISTS: 'access',
  TOO_MANY_TRIES: 'access',
  ACTIVATION_OVER: 'access',
  ACTIVATION_UNKNOWN: 'access',
  STALE_VERSION: 'draft',
  DRAFT_CHANGED: 'draft',
  BUSY: 'draft',
  UNAVAILABLE: 'draft',
  STORE_UNAVAILABLE: 'draft',
  NUMBER_TAKEN: 'number',
  PRICE_DIFFERS: 'price',
  QUANTITY_NOT_AVAILABLE: 'grey',
  NOT_CONNECTED: 'grey',
  NO_CONSENT: 'grey',
  NOT_CANCELLABLE: 'delete',
  NOT_EDITABLE: 'delete',
  NOT_CORRECTABLE: 'delete',
  NOT_DELIVERED: 'waiting',
  LAST_ADMINISTRATOR: 'left',
  RUNS_A_COMPANY: 'left',
  COMPANY_UNCONFIRMED: 'left',
  NOT_ARCHIVED: 'proof',
};
