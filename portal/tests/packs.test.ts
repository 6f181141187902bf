import { describe, expect, it } from 'vitest';
import { archiveLasts, onSale } from '@/settings/packs';

const transactions = { code: 'S', transactions: 50, archive_months: 0, amount: '25.00', currency: 'EUR' };
const archive = { code: 'A', transactions: 0, archive_months: 12, amount: '120.00', currency: 'EUR' };
const noon = '2026-11-23T11:00:00Z';
const codes = (granted: number | null, archive_ends_at: string | null) =>
  onSale({ granted, archive_ends_at, packs: [transactions, archive] }).map(({ code }) => code);

describe('a plan', () => {
  it('sells only what a company does not have for always', () => {
    expect(codes(10, noon)).toEqual(['S', 'A']);
    expect(codes(null, noon)).toEqual(['A']);
    expect(codes(10, null)).toEqual(['S']);
    expect(codes(null, null)).toEqual([]);
  });

  it('has the archive option until noon, and no more from noon on', () => {
    expect(archiveLasts(null, Date.parse(noon))).toBe('always');
    expect(archiveLasts(noon, Date.parse(noon) - 60_000)).toBe('until');
    expect(archiveLasts(noon, Date.parse(noon))).toBe('ended');
  });
});
