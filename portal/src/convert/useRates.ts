import { $api } from '@/api/client';
import { useSession } from '@/session/session';

/** The usual rates of VAT in France, and none. */
export const RATES = ['20', '10', '5.5', '2.1', '0'];

/** The rates one may choose for a line: the supplier's own codes where it has some (Canada), and what the line bears. */
export function useRates(): (rate: string) => string[] {
  const { company } = useSession();
  const own = $api.useQuery('get', '/v1/companies/{company_id}', { params: { path: { company_id: company.id } } });
  const canadian = own.data?.address.country === 'CA';
  const codes = $api.useQuery('get', '/v1/tax-codes', {}, { enabled: canadian });
  const offered = canadian ? [...new Set([...(codes.data ?? []).map(({ rate }) => rate), '0'])] : RATES;
  return (rate) => (offered.includes(rate) ? offered : [rate, ...offered]);
}
