/** RFC 4180. A text that a spreadsheet would run as a formula is made plain text by an apostrophe (OWASP, CSV injection). */
export function csvCell(value: string | null | undefined): string {
  const text = value ?? '';
  const plain = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",;\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** Rows as a CSV file in UTF-8, with the mark by which spreadsheets know it. */
export const sheet = (rows: readonly (readonly (string | null | undefined)[])[]) =>
  new Blob(['\ufeff', ...rows.map((row) => `${row.map(csvCell).join(';')}\r\n`)], { type: 'text/csv;charset=utf-8' });
