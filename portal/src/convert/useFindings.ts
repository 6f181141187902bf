import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '@/api/client';
import type { components as Invoicing } from '@/api/generated/invoicing';
import type { components as Validation } from '@/api/generated/validation';
import { useSpeech } from '@/words/speech';
import { typeset } from '@/words/typeset';

export type Invoice = Invoicing['schemas']['Invoice'];
export type Found = Validation['schemas']['FoundText'];
export type Checked = Validation['schemas']['Checked'];

/** What the law and the buyer say about a document; asked for each version of it, in the reader's language. */
export function useFindings(document: Invoice | undefined, unit: string, version: number) {
  const { lang } = useSpeech();
  return useQuery({
    queryKey: ['checks', document?.number, unit, version, lang, document],
    enabled: document !== undefined,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async (): Promise<Checked> => {
      const { data, error } = await api.POST('/v1/checks', {
        params: { query: { unit, language: lang } },
        body: document as never,
      });
      if (!data) throw error;
      if (lang !== 'fr') return data;
      return { ...data, findings: data.findings.map((found) => ({ ...found, text: typeset(found.text) })) };
    },
  });
}
