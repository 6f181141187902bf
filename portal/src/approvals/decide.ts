import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';

/** The buyer's words about a delivery, and the reasons each may carry (XP Z12-012, BR-FR-CDV-CL-09). */
export const APPROVED = '205';
export const HELD = '208';
export const REFUSED = '210';
export const REASONS: Record<string, string[]> = {
  [HELD]: ['JUSTIF_ABS', 'CMD_ERR', 'COORD_BANC_ERR', 'SIRET_ERR', 'REF_CT_ABSENT', 'REF_ERR'],
  [REFUSED]: [
    'TX_TVA_ERR',
    'MONTANTTOTAL_ERR',
    'CALCUL_ERR',
    'NON_CONFORME',
    'DOUBLON',
    'DEST_ERR',
    'CONTRAT_TERM',
    'CMD_ERR',
    'ADR_ERR',
  ],
};

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
