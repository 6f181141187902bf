import { describe, expect, it } from 'vitest';
import { mayPass, patience } from '@/convert/unkept';

describe('a write that did not get through', () => {
  it('is tried again where nobody answered or the service was not well, not where it was refused', () => {
    expect([undefined, 500, 503, 429].map((status) => mayPass(status))).toEqual([true, true, true, true]);
    expect([400, 403, 409, 412, 422].map((status) => mayPass(status))).toEqual([false, false, false, false, false]);
    expect(mayPass(409, 'IN_FLIGHT')).toBe(true);
  });

  it('is tried at ever longer distances, of a minute at most', () => {
    expect([1, 2, 3, 4, 5, 6, 20].map(patience)).toEqual([2000, 4000, 8000, 16000, 32000, 60000, 60000]);
  });
});
