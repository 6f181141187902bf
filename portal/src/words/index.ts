import i18next, { type Resource } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { loadRefusals } from '@/words/refusals';
import type { Lang } from '@/words/speech';
import { typesetAll } from '@/words/typeset';

const KEPT = 'navette.language';
// One file a room and language; Vite makes one chunk of each language, and only the one that is read is fetched.
const files = {
  fr: () => import('@/words/fr'),
  en: () => import('@/words/en'),
};

/** The language chosen here before, else the browser's, else French. */
export function firstLanguage(): Lang {
  const kept = localStorage.getItem(KEPT);
  if (kept === 'fr' || kept === 'en') return kept;
  return navigator.language.startsWith('fr') ? 'fr' : 'en';
}

async function load(lang: Lang) {
  if (!i18next.hasResourceBundle(lang, 'translation')) {
    const { words } = await files[lang]();
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
  localStorage.setItem(KEPT, lang);
  document.documentElement.lang = lang;
  await i18next.changeLanguage(lang);
}
