import { describe, expect, it } from 'vitest';
import { lackOf, readable } from '@/convert/unread';

const line = (identifier: string, quantity: string) => ({ identifier, quantity }) as Parameters<typeof readable>[0][0];

describe('what cannot be read', () => {
  it('is told of a line that somebody began, by the first term that lacks', () => {
    expect(lackOf({ name: '', quantity: '1', price: '' })).toBeUndefined();
    expect(lackOf({ name: ' ', quantity: '1', price: '12' })).toBe('name');
    expect(lackOf({ name: 'Four', quantity: '', price: '12' })).toBe('quantity');
    expect(lackOf({ name: 'Four', quantity: '1o', price: '12' })).toBe('quantity');
    expect(lackOf({ name: 'Four', quantity: '1', price: '' })).toBe('price');
    expect(lackOf({ name: 'Four', quantity: '1', price: '1.2.3' })).toBe('price');
    expect(lackOf({ name: 'Four', quantity: '1', price: '1 120,50' })).toBeUndefined();
  });

  it('never reaches the draft: that line stays as it was, the others go', () => {
    const before = [line('10', '5'), line('20', '7')];
    expect(readable([line('10', '1o'), line('20', '8')], before)).toEqual([line('10', '5'), line('20', '8')]);
    expect(readable([line('10', ''), line('20', '1.2.3')], before)).toEqual(before);
  });
});
