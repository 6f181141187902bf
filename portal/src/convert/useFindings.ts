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

const FIELDS: Record<string, string> = {
  'BT-1': 'number',
  'BT-10': 'buyer_reference',
  'BT-9': 'due_date',
  'BT-11': 'project_reference',
  'BT-12': 'contract_reference',
  'BT-19': 'buyer_accounting_reference',
  'BT-20': 'payment_terms',
  'BT-72': 'delivery',
  'BG-24': 'files',
};

/** The field a finding speaks of: a line by its place in the document, a term of EN 16931 by its number. */
export function placeOf({ finding }: Found): string {
  const line = /(?:InvoiceLine|CreditNoteLine|TradeLineItem)\[(\d+)\]/.exec(finding.pointer ?? '');
  if (line) return `line-${Number(line[1]) - 1}`;
  const rule = finding.rule.toUpperCase();
  const term = (finding.terms ?? []).find((each) => each in FIELDS);
  if (term) return FIELDS[term]!;
  // a buyer's rule names a term of our model
  const field = Object.values(FIELDS).find((each) => finding.pointer === `/${each}`);
  if (field) return field;
  if (/:ID$|ExchangedDocument.*ID/.test(finding.pointer ?? '') || rule === 'BR-02') return 'number';
  if (/BuyerReference/.test(finding.pointer ?? '')) return 'buyer_reference';
  return '';
}
