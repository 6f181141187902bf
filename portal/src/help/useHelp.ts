import { useQuery } from '@tanstack/react-query';
import type { HelpContent } from '@/help/content/shape';
import { type Lang, useSpeech } from '@/words/speech';
import { typesetAll } from '@/words/typeset';

const FILES: Record<Lang, () => Promise<{ content: HelpContent }>> = {
  fr: () => import('@/help/content/fr'),
  en: () => import('@/help/content/en'),
};

/** What the help centre says, in the reader's language; fetched with its first page. */
export function useHelp() {
  const { lang } = useSpeech();
  return useQuery({
    queryKey: ['help', lang],
    queryFn: async () => {
      const { content } = await FILES[lang]();
      return lang === 'fr' ? typesetAll(content) : content;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}
