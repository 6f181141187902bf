import { $api } from '@/api/client';
import { isBuyer, useSession } from '@/session/session';

const kept = (company: string) => `navette.customer.${company}`;

/** With whom orders are exchanged, and whose are shown. A supplier looks at one customer at a time: the one asked for,
 * else the one looked at last in this browser, else the one who ordered last; a buyer at everybody's unless one is asked for.
 * A number is looked for at all of them: it names its order, whoever sent it. */
export function useCustomer(asked?: string, number?: string) {
  const { company } = useSession();
  const supplier = !isBuyer(company);
  const side = supplier ? ('supplier' as const) : ('buyer' as const);
  const found = $api.useQuery('get', '/v1/orders/partners', { params: { query: { side } } });
  const partners = [...new Map((found.data ?? []).map(({ company_id, name }) => [company_id, name]))].map(
    ([id, name]) => ({ id, name }),
  );
  const latest = [...(found.data ?? [])].sort((a, b) =>
    (b.last_order_on ?? '').localeCompare(a.last_order_on ?? ''),
  )[0];
  const one = supplier && !number;
  const usual = asked ?? (one ? (localStorage.getItem(kept(company.id)) ?? undefined) : undefined);
  // a customer that is remembered and gone is nobody's choice
  const there = !found.isSuccess || partners.some(({ id }) => id === usual);
  const chosen = usual && there ? usual : one ? latest?.company_id : undefined;
  return {
    partners,
    chosen,
    /** Whether everybody may be chosen. */
    all: !one,
    /** Whether it is known whose orders to ask for. */
    settled: !one || chosen !== undefined || found.isFetched,
    error: found.error,
    remember: (id: string) => supplier && id && localStorage.setItem(kept(company.id), id),
    /** What a list of orders is asked for. */
    query: { side, ...(chosen ? (supplier ? { buyer: chosen } : { supplier: chosen }) : {}) },
  };
}
