import { describe, expect, it } from 'vitest';
import { legalId, registerOf } from '@/parts/legalId';

describe('the number of a company', () => {
  it('is a SIREN or a SIRET in France, and nowhere else', () => {
    expect(legalId('802 345 678', 'FR')).toEqual({ scheme: '0002', value: '802345678' });
    expect(legalId('802 345 678 00014', 'FR')).toEqual({ scheme: '0009', value: '80234567800014' });
    expect(legalId('0403.170.701', 'BE')).toEqual({ scheme: '0208', value: '0403170701' });
    expect(legalId('123456789', 'US')).toEqual({ scheme: '0060', value: '123456789' });
    expect(legalId(' ', 'FR')).toBeNull();
  });

  it('is asked for by the name it has there', () => {
    expect(['FR', 'NL', 'CA'].map(registerOf)).toEqual(['siren', 'register', 'duns']);
  });
});
