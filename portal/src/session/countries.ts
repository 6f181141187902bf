/** Where companies that sell to a buyer of this network usually sit; others register through support. */
const CODES = [
  'FR',
  'AT',
  'BE',
  'BG',
  'CA',
  'CH',
  'CY',
  'CZ',
  'DE',
  'DK',
  'EE',
  'ES',
  'FI',
  'GB',
  'GR',
  'HR',
  'HU',
  'IE',
  'IS',
  'IT',
  'LI',
  'LT',
  'LU',
  'LV',
  'MC',
  'MT',
  'NL',
  'NO',
  'PL',
  'PT',
  'RO',
  'SE',
  'SI',
  'SK',
  'US',
];

/** For a choice: France first, then by name in the reader's language. */
export function countries(lang: string) {
  const names = new Intl.DisplayNames([lang], { type: 'region' });
  const [first, ...others] = CODES.map((value) => ({ value, label: names.of(value) ?? value }));
  return [first!, ...others.sort((a, b) => a.label.localeCompare(b.label, lang))];
}
