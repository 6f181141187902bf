import i18next, { type Resource } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { FILES, firstLanguage, rememberLanguage } from '@/words/language';
import { loadRefusals } from '@/words/refusals';
import type { Lang } from '@/words/speech';
import { typesetAll } from '@/words/typeset';

async function load(lang: Lang) {
  if (!i18next.hasResourceBundle(lang, 'translation')) {
    const { words } = await FILES[lang]();
    i18next.addResourceBundle(lang, 'translation', lang === 'fr' ? typesetAll(words) : words);
    // nothing is refused before the first screen is there: they come after it
    if (lang === 'fr') void loadRefusals();
  }
}

export async function startWords() {
  const lang = firstLanguage();
  await i18next.use(initReactI18next).init({
    lng: lang,
    fallbackLng: false,
    resources: {} as Resource,
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await load(lang);
  document.documentElement.lang = lang;
}

export async function speak(lang: Lang) {
  await load(lang);
  rememberLanguage(lang);
  document.documentElement.lang = lang;
  await i18next.changeLanguage(lang);
}
