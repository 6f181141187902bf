import type { components } from '@/api/generated/registration';

type Schemas = components['schemas'];
export type Campaign = Schemas['CampaignView'];
export type Prospect = Schemas['ProspectView'];
export type Entity = Schemas['Row'];
/** Suppliers are brought to a unit; customers are brought to be invoiced. */
export type Side = Campaign['side'];

/** The columns of a file, as they must be named in its first line. */
export const COLUMNS = [
  'name',
  'vat',
  'siret',
  'address',
  'postcode',
  'city',
  'first_name',
  'last_name',
  'email',
  'kind',
  'country',
  'language',
  'customer_number',
  'national_number',
] as const;

export const REASONS = [
  'MISSING',
  'FORMULA',
  'NO_ADDRESS',
  'NOT_VALID',
  'NUMBER_NEEDED',
  'NOT_CHECKED',
  'HOMOGRAPH',
  'KNOWN',
  'CONNECTED',
  'DECLINED',
  'OWN',
  'CELLS',
] as const;
export type Reason = (typeof REASONS)[number];
export const isReason = (word: string): word is Reason => (REASONS as readonly string[]).includes(word);
