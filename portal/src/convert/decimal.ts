/** What a person types as a quantity or an amount, as the API takes it: a decimal point, no spaces. */
export const typed = (text: string): string => text.replace(/[\s\u00a0\u202f]/g, '').replace(',', '.');

export const isDecimal = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);

/** Whether one decimal string is more than another. Compared digit by digit: no binary fraction comes near an amount. */
export function exceeds(one: string, other: string): boolean {
  if (!isDecimal(one) || !isDecimal(other)) return false;
  const places = Math.max(fraction(one).length, fraction(other).length);
  return scaled(one, places) > scaled(other, places);
}

const fraction = (text: string): string => text.split('.')[1] ?? '';
const scaled = (text: string, places: number): bigint =>
  BigInt(text.replace('.', '') + '0'.repeat(places - fraction(text).length));
