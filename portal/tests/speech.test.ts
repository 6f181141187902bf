import { describe, expect, it } from 'vitest';
import { byField, fieldOf } from '@/api/problem';
import { exceeds, isDecimal, typed } from '@/convert/decimal';
import { knotOf, statusOf } from '@/parts/status';
import { speech } from '@/words/speech';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('figures and dates', () => {
  const fr = speech('fr', 'Europe/Paris');
  const en = speech('en', 'Europe/Paris');

  it('are said as each language says them', () => {
    expect(plain(fr.money('26052.40', 'EUR'))).toBe('26 052,40 €');
    expect(en.money('26052.40', 'EUR')).toBe('€26,052.40');
    expect(en.day('2026-11-02')).toBe('2 Nov 2026');
  });

  it('keep every digit of an amount that no binary fraction holds', () => {
    expect(en.money('90071992547409931.05', 'EUR')).toBe('€90,071,992,547,409,931.05');
  });

  it('of a price keep its decimals, and say how many units it buys', () => {
    expect(plain(fr.price({ net: '15.50', base_quantity: '100' }, 'EUR'))).toBe('15,50 € / 100');
    expect(en.price({ net: '0.0125', base_quantity: '1' }, 'EUR')).toBe('€0.0125');
    expect(en.price({ net: '8', base_quantity: null }, 'EUR')).toBe('€8.00');
  });

  it('are in the zone of the company, and a calendar day is in none', () => {
    expect(speech('en', 'Asia/Tokyo').time('2026-11-22T20:30:00Z')).toBe('05:30');
    expect(speech('en', 'America/Los_Angeles').day('2026-11-22')).toBe('22 Nov 2026');
  });
});

describe('what is typed', () => {
  it('is read with a comma or a point, with or without spaces', () => {
    expect(typed('1 234,5')).toBe('1234.5');
    expect(isDecimal(typed('12,'))).toBe(false);
  });

  it('is compared digit by digit', () => {
    expect(exceeds('80.000000000000000001', '80')).toBe(true);
    expect(exceeds('80', '80.00')).toBe(false);
    expect(exceeds('abc', '80')).toBe(false);
  });
});

describe('a refusal', () => {
  it('names the field it is about', () => {
    expect(fieldOf('/address/postal_code')).toBe('address.postal_code');
    const problem = {
      code: 'INVALID_BODY',
      title: '',
      status: 422,
      violations: [{ rule: 'R', pointer: '/email', detail: 'no' }],
    };
    expect(byField(problem)).toEqual({ email: 'no' });
  });
});

describe('the status', () => {
  it('is what the buyer said last, else how far the invoice came', () => {
    expect(statusOf({ state: 'delivered', status: '205' })).toBe('approved');
    expect(statusOf({ state: 'sealed', status: null })).toBe('sealed');
    expect(statusOf({ state: 'delivered', status: '999' })).toBe('other');
    expect(knotOf('paid')).toBe(4);
  });
});
