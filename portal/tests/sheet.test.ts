import { describe, expect, it } from 'vitest';
import { csvCell, sheet } from '@/orders/sheet';

describe('a sheet', () => {
  it('quotes what would break a line or a cell', () => {
    expect(csvCell('Dupont; "Fils"')).toBe('"Dupont; ""Fils"""');
    expect(csvCell('a\nb')).toBe('"a\nb"');
    expect(csvCell(null)).toBe('');
  });

  it('lets no text run as a formula, and leaves amounts alone', () => {
    expect(csvCell('=HYPERLINK("x")')).toBe('"\'=HYPERLINK(""x"")"');
    expect(csvCell('@cmd')).toBe("'@cmd");
    expect(csvCell('-12.50')).toBe('-12.50');
  });

  it('is UTF-8 with the mark that spreadsheets look for', async () => {
    const bytes = new Uint8Array(await sheet([['é', 'b'], ['1']]).arrayBuffer());
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(new TextDecoder().decode(bytes.slice(3))).toBe('é;b\r\n1\r\n');
  });
});
