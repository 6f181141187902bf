import type { Rule } from '@/rules/shapes';

/** "This field, so, this value": what most own rules are. Others are written in CEL. */
export type Condition = { field: Field; operator: Operator; value: string };

export const TEXTS = [
  'number',
  'buyer_reference',
  'contract_reference',
  'project_reference',
  'buyer_accounting_reference',
  'payment_terms',
] as const;
export const AMOUNTS = ['totals.gross_amount', 'totals.net_amount'] as const;
export const FIELDS = [...TEXTS, ...AMOUNTS] as const;
export type Field = (typeof FIELDS)[number];

const OF_TEXT = ['present', 'starts', 'contains', 'is'] as const;
const OF_AMOUNT = ['at_most', 'at_least'] as const;
export type Operator = (typeof OF_TEXT)[number] | (typeof OF_AMOUNT)[number];

const isAmount = (field: Field) => (AMOUNTS as readonly string[]).includes(field);
/** An invoice always has a number: to ask for its presence would say nothing. */
export const operatorsOf = (field: Field): readonly Operator[] =>
  isAmount(field) ? OF_AMOUNT : field === 'number' ? OF_TEXT.slice(1) : OF_TEXT;
export const needsValue = (operator: Operator) => operator !== 'present';

const CALLS = { starts: 'startsWith', contains: 'contains' } as const;

/** The condition in CEL. A field that is absent does not satisfy it. */
export function expressionOf({ field, operator, value }: Condition): string {
  const path = `invoice.${field}`;
  const text = JSON.stringify(value);
  if (operator === 'at_most' || operator === 'at_least') return `${operator}(${path}, ${text})`;
  if (operator === 'present') return `has(${path})`;
  return `has(${path}) && ${operator === 'is' ? `${path} == ${text}` : `${path}.${CALLS[operator]}(${text})`}`;
}

/** The condition that makes this expression, if it is as simple as that. */
export function conditionOf(expression: string): Condition | undefined {
  const value = /"(?:[^"\\]|\\.)*"/.exec(expression)?.[0];
  let said = '';
  try {
    if (value !== undefined) said = String(JSON.parse(value));
  } catch {
    return undefined; // a literal of CEL that is none of JSON
  }
  return FIELDS.flatMap((field) => operatorsOf(field).map((operator) => ({ field, operator, value: said }))).find(
    (each) => expressionOf(each) === expression,
  );
}

const nested = (field: Field, value: string | null): Record<string, unknown> =>
  field.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Record<string, unknown>;

const ELSE = '∅';

/** One invoice that passes and one that does not: a rule shows that it does what it is meant to. */
export function examplesOf({ field, operator, value }: Condition): NonNullable<Rule['examples']> {
  const good = operator === 'present' ? ELSE : value;
  // one digit in front makes any amount larger, and nothing has to be computed here
  const other = { at_most: `1${value}`, at_least: '0', present: null, starts: ELSE, contains: ELSE, is: ELSE };
  return [
    { expected: 'passes', changes: nested(field, good) },
    { expected: 'fails', changes: nested(field, other[operator]) },
  ] as NonNullable<Rule['examples']>;
}

/** Where in the invoice its finding is shown. */
export const pointerOf = (field: Field) => `/${field.replaceAll('.', '/')}`;
