import type { components } from '@/api/generated/invoicing';
import { isDecimal, typed } from '@/convert/decimal';

type DraftLine = components['schemas']['DraftLine'];

/** The rule of EN 16931 that what cannot be read would break, by the term that lacks. */
export const LACKS = {
  name: 'BR-25',
  quantity: 'BR-22',
  price: 'BR-26',
  freight: 'BR-36',
  total_tax: 'BR-36',
} as const;
export type Lacking = keyof typeof LACKS;
type Row = { name: string; quantity: string; price: string };

/** The first term that a line typed by hand lacks; a line that nobody began lacks nothing. */
export function lackOf({ name, quantity, price }: Row): Exclude<Lacking, 'freight' | 'total_tax'> | undefined {
  if (name.trim() === '' && price.trim() === '') return undefined;
  if (name.trim() === '') return 'name';
  if (!isDecimal(typed(quantity))) return 'quantity';
  return isDecimal(typed(price)) ? undefined : 'price';
}

/** The lines as a draft can hold them: one whose quantity is no number stays as it was held `before`. */
export const readable = (lines: DraftLine[], before: DraftLine[]): DraftLine[] =>
  lines.map((line) => {
    if (isDecimal(line.quantity)) return line;
    const held = before.find(({ identifier }) => identifier === line.identifier);
    return held ? { ...line, quantity: held.quantity } : line;
  });
