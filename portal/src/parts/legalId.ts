/** Registers of companies that have a code of their own (ISO/IEC 6523 ICD), by country. */
const REGISTERS: Readonly<Record<string, string>> = {
  AU: '0151',
  BE: '0208',
  CH: '0183',
  DK: '0184',
  EE: '0191',
  FI: '0212',
  LT: '0200',
  LV: '0218',
  NL: '0106',
  NO: '0192',
  SE: '0007',
  SG: '0195',
};
const SIREN = '0002';
const SIRET = '0009';
const DUNS = '0060';

export type Register = 'siren' | 'register' | 'duns';

/** By which number a country's companies are told apart: where no register has a code, by the D-U-N-S number. */
export const registerOf = (country: string): Register =>
  country === 'FR' ? 'siren' : country in REGISTERS ? 'register' : 'duns';

/** EN 16931 BT-30 with its scheme. In France fourteen digits name an establishment, nine the enterprise. */
export function legalId(given: string, country: string) {
  const value = given.replace(/[\s.]/g, '');
  if (!value) return null;
  if (country === 'FR') return { scheme: value.length === 14 ? SIRET : SIREN, value };
  return { scheme: REGISTERS[country] ?? DUNS, value };
}
