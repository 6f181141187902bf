import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';

/** What each side may say about a delivery (XP Z12-012, MDT-105). */
export const APPROVED = '205';
export const HELD = '208';
export const REFUSED = '210';
export const PAYMENT_SENT = '211';
export const CASHED = '212';
export const BUYER_CODES = ['204', APPROVED, '206', '207', HELD, REFUSED, PAYMENT_SENT] as const;
export type Code = (typeof BUYER_CODES)[number] | typeof CASHED;

const OF_REFUSAL = [
  'TX_TVA_ERR',
  'MONTANTTOTAL_ERR',
  'CALCUL_ERR',
  'NON_CONFORME',
  'DOUBLON',
  'DEST_ERR',
  'CONTRAT_TERM',
  'CMD_ERR',
  'ADR_ERR',
];
const OF_PART = ['PU_ERR', 'QTE_ERR', 'ART_ERR', 'REM_ERR', 'QUALITE_ERR', 'LIVR_INCOMP', 'CMD_ERR', 'AUTRE'];

/** The reasons each may carry (BR-FR-CDV-CL-09); the others carry none. */
export const REASONS: Partial<Record<Code, string[]>> = {
  '206': OF_PART,
  '207': [...OF_PART, ...OF_REFUSAL.filter((each) => !OF_PART.includes(each))],
  [HELD]: ['JUSTIF_ABS', 'CMD_ERR', 'COORD_BANC_ERR', 'SIRET_ERR', 'REF_CT_ABSENT', 'REF_ERR'],
  [REFUSED]: OF_REFUSAL,
};

/** With these the buyer says when it will pay, or has. */
export const DATED: readonly Code[] = [APPROVED, '206', PAYMENT_SENT];

/** Set a status and show it at once wherever the invoice is shown. */
export function useDecide(done?: () => void) {
  const queries = useQueryClient();
  return $api.useMutation('post', '/v1/invoices/{invoice_id}/statuses', {
    onSuccess: () => {
      void queries.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith('/v1/invoices') });
      done?.();
    },
  });
}
