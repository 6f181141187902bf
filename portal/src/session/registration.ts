import type { TFunction } from 'i18next';

export const KINDS = ['company', 'association', 'person'] as const;
export type Kind = (typeof KINDS)[number];

/** What is asked of whoever registers a company, as the form holds it. */
export const EMPTY = {
  company: {
    kind: 'company' as Kind,
    legal_name: '',
    country: 'FR',
    vat_id: '',
    legal_id: '',
    national_number: '',
    supplier: true,
    buyer: false,
    address: { line_one: '', line_two: '', postal_code: '', city: '' },
  },
  person: { name: '', email: '' },
};
export type Values = typeof EMPTY;

export const STEPS = ['company', 'place', 'person'] as const;
/** The fields of each step; a field of the API that lies deeper belongs to the same. */
const FIELDS = [
  [
    'company.kind',
    'company.country',
    'company.legal_name',
    'company.vat_id',
    'company.legal_id',
    'company.identifiers',
    'company.national_number',
  ],
  ['company.address', 'company.supplier', 'company.buyer', 'company.time_zone'],
  ['person'],
];

/** The first step that holds a field with a flaw. */
export function firstStepOf(flaws: Record<string, string>): number | undefined {
  const at = FIELDS.findIndex((fields) =>
    Object.keys(flaws).some((flaw) => fields.some((field) => flaw === field || flaw.startsWith(`${field}.`))),
  );
  return at < 0 ? undefined : at;
}

/** What is missing before the next step; whether a number is right is for the service to say. */
export function stepFlaws({ company, person }: Values, step: number, t: TFunction): Record<string, string> {
  const needed: Record<string, string>[] = [
    { 'company.legal_name': company.legal_name },
    {
      'company.address.line_one': company.address.line_one,
      'company.address.postal_code': company.address.postal_code,
      'company.address.city': company.address.city,
    },
    { 'person.name': person.name, 'person.email': person.email },
  ];
  const flaws = Object.entries(needed[step] ?? {}).filter(([, value]) => !value.trim());
  const missing = Object.fromEntries(flaws.map(([field]) => [field, t('register.needed')]));
  if (step === 0 && company.kind === 'person') {
    if (!company.national_number.trim()) missing['company.national_number'] = t('register.needed');
  } else if (step === 0 && !company.vat_id.trim() && !company.legal_id.trim()) {
    missing['company.vat_id'] = t('register.number_needed');
  }
  if (step === 1 && !company.supplier && !company.buyer) missing['company.supplier'] = t('register.side_needed');
  return missing;
}
