import { expect, test } from 'vitest';
import { conditionOf, examplesOf, expressionOf, FIELDS, operatorsOf } from '../src/rules/condition';

test('every condition is read back from the expression it made', () => {
  for (const field of FIELDS)
    for (const operator of operatorsOf(field)) {
      const value = operator === 'present' ? '' : operator.startsWith('at_') ? '200.50' : 'a "quoted" \\ word';
      expect(conditionOf(expressionOf({ field, operator, value }))).toEqual({ field, operator, value });
    }
});

test('an expression that is no simple condition is left to its writer', () => {
  expect(conditionOf('size(lines) < 3')).toBeUndefined();
  expect(conditionOf('')).toBeUndefined();
});

test('a value cannot end the text it stands in', () => {
  expect(expressionOf({ field: 'number', operator: 'is', value: '" || true || "' })).toBe(
    'has(invoice.number) && invoice.number == "\\" || true || \\""',
  );
});

test('an amount has one example at its limit and one beyond', () => {
  expect(examplesOf({ field: 'totals.gross_amount', operator: 'at_most', value: '200' })).toEqual([
    { expected: 'passes', changes: { totals: { gross_amount: '200' } } },
    { expected: 'fails', changes: { totals: { gross_amount: '1200' } } },
  ]);
});
