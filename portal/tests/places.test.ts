import { describe, expect, it } from 'vitest';
import { placeOf, placeOfPointer, shownAt } from '@/convert/places';

describe('a finding', () => {
  it('belongs to the line that it points to', () => {
    expect(placeOf({ rule: 'BR-26', pointer: '/Invoice/cac:InvoiceLine[2]/cac:Price' })).toBe('line-1');
    expect(placeOfPointer('/lines/3/vat')).toBe('line-3');
  });

  it('belongs to the field of its term, be it named by the norm or by a rule of the buyer', () => {
    expect(placeOf({ rule: 'BR-FR-01', terms: ['BT-12'] })).toBe('contract_reference');
    expect(placeOf({ rule: 'contract', pointer: '/contract_reference' })).toBe('contract_reference');
  });

  it('about the supplier itself belongs to the settings of its company', () => {
    expect(placeOf({ rule: 'BR-CO-26', terms: ['BT-29', 'BT-30', 'BT-31'] })).toBe('company');
    expect(placeOf({ rule: 'NAV-IBAN-01', terms: ['BT-84'] })).toBe('company');
    expect(placeOf({ rule: 'NAV-RECIPIENT-01', terms: ['BT-49'] })).toBe('');
  });

  it('of no field here is said above them all', () => {
    expect(shownAt('somewhere')).toBe('');
    expect(shownAt('line-12')).toBe('line-12');
    expect(shownAt('payment_terms')).toBe('payment_terms');
  });
});
