import type { Lang } from '@/words/speech';

const KEPT = 'navette.language';

/** One file a room and language; Vite makes one chunk of each language, and only the one that is read is fetched. */
export const FILES = {
  fr: () => import('@/words/fr'),
  en: () => import('@/words/en'),
};

/** The language chosen here before, else the browser's, else French. */
export function firstLanguage(): Lang {
  const kept = localStorage.getItem(KEPT);
  if (kept === 'fr' || kept === 'en') return kept;
  return navigator.language.startsWith('fr') ? 'fr' : 'en';
}

export const rememberLanguage = (lang: Lang) => localStorage.setItem(KEPT, lang);
