import { createContext, useContext, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { typeset } from '@/words/typeset';

export type Lang = 'fr' | 'en';
const LOCALE = { fr: 'fr-FR', en: 'en-GB' } as const;

/** The company's zone, not the browser's: a traveller reads the same hours as the accountant. */
export const ZoneContext = createContext('Europe/Paris');

type Price = { net: string; base_quantity?: string | null };

/** How figures and dates are said. Amounts are decimal strings and go to the formatter as they are. */
export function speech(lang: Lang, timeZone: string) {
  const locale = LOCALE[lang];
  const monies = new Map<string, Intl.NumberFormat>();
  const prices = new Map<string, Intl.NumberFormat>();
  const number = new Intl.NumberFormat(locale);
  const quantity = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });
  const date = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, options);
    return (iso: string) => format.format(new Date(iso));
  };
  const day = date({ timeZone, day: 'numeric', month: 'short', year: 'numeric' });
  const plainDay = date({ timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' });
  const plainShort = date({ timeZone: 'UTC', day: 'numeric', month: 'short' });
  const instant = date({ timeZone, day: 'numeric', month: 'short' });
  /** A calendar day (`2026-11-22`) has no hour and belongs to no zone. */
  const isDay = (iso: string) => iso.length === 10;
  return {
    lang,
    /** What a service says in both languages, in the reader's. */
    said: (texts: Readonly<Record<string, string>>) => (lang === 'fr' ? typeset(texts.fr ?? '') : (texts.en ?? '')),
    money: (amount: string, currency: string) => {
      let format = monies.get(currency);
      if (!format) {
        format = new Intl.NumberFormat(locale, { style: 'currency', currency });
        monies.set(currency, format);
      }
      return format.format(amount as Intl.StringNumericLiteral);
    },
    /** A price with all its decimals, and how many units it buys (EN 16931, BT-146 and BT-149). */
    price: ({ net, base_quantity: base }: Price, currency: string) => {
      let format = prices.get(currency);
      if (!format) {
        format = new Intl.NumberFormat(locale, { style: 'currency', currency, maximumFractionDigits: 20 });
        prices.set(currency, format);
      }
      const said = format.format(net as Intl.StringNumericLiteral);
      return base && Number(base) !== 1
        ? `${said}\u00a0/\u00a0${quantity.format(base as Intl.StringNumericLiteral)}`
        : said;
    },
    qty: (amount: string) => quantity.format(amount as Intl.StringNumericLiteral),
    count: (n: number) => number.format(n),
    day: (iso: string) => (isDay(iso) ? plainDay(iso) : day(iso)),
    dayShort: (iso: string) => (isDay(iso) ? plainShort(iso) : instant(iso)),
    dayLong: date({ timeZone, weekday: 'long', day: 'numeric', month: 'long' }),
    time: date({ timeZone, hour: '2-digit', minute: '2-digit' }),
    seconds: date({ timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    moment: date({ timeZone, day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' }),
  };
}

const spoken = new Map<string, ReturnType<typeof speech>>();

/** The same for a language and a zone: a formatter costs a hundred times what it formats, and every row has several. */
function speechOf(lang: Lang, timeZone: string) {
  const key = `${lang} ${timeZone}`;
  let found = spoken.get(key);
  if (!found) {
    found = speech(lang, timeZone);
    spoken.set(key, found);
  }
  return found;
}

export function useSpeech() {
  const { t, i18n } = useTranslation();
  const zone = useContext(ZoneContext);
  const lang: Lang = i18n.language === 'en' ? 'en' : 'fr';
  return useMemo(() => ({ t, ...speechOf(lang, zone) }), [t, lang, zone]);
}
