import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { $api, api } from '@/api/client';
import { usePages } from '@/api/pages';
import { useTotals } from '@/invoices/useTotals';
import { Empty, PageHead } from '@/parts/Bits';
import { ListSearch } from '@/parts/ListSearch';
import { MayNot } from '@/parts/MayNot';
import { MoreRows } from '@/parts/MoreRows';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { SortHead } from '@/parts/Sorting';
import { StatusTag } from '@/parts/Status';
import { statusOf } from '@/parts/status';
import { useTitle } from '@/parts/useTitle';
import { Waiting } from '@/parts/Waiting';
import { isBuyer, useMay, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

const PAGE = 50;

/** What the company took out of its own view; nothing is lost, and each goes back to where it came from. */
export function Trash() {
  const { t, money, day } = useSpeech();
  const buyer = isBuyer(useSession().company);
  const queries = useQueryClient();
  const mayWrite = useMay('invoice');
  const { q, sort } = useSearch({ from: '/inside/trash' });
  const go = useNavigate({ from: '/trash' });
  const show = (next: { q?: string; sort?: string }) => void go({ search: next, replace: true });
  const query = { limit: PAGE, ...(q ? { q } : {}), ...(sort ? { sort: sort as '-number' } : {}) };
  const list = usePages('/v1/trash', query, (cursor) =>
    api.GET('/v1/trash', { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }),
  );
  const totals = useTotals({ trashed: true, ...(q ? { q } : {}) });
  const sorting = { sort, change: (next?: string) => show({ q, sort: next }) };
  const restore = $api.useMutation('post', '/v1/trash/{invoice_id}/restore', {
    onSuccess: () =>
      void queries.invalidateQueries({
        predicate: ({ queryKey }) => /^\/v1\/(invoices|trash)/.test(String(queryKey[1])),
      }),
  });
  const { rows } = list;
  useTitle(t('place.trash'));
  return (
    <>
      <PageHead title={t('place.trash')} lead={t('invoices.lead_trash')} />
      <ProblemNotice error={list.error ?? restore.error} />
      {rows.length > 0 && <MayNot act="invoice" />}
      <div className="filters">
        <ListSearch
          label={t('invoices.search_trash')}
          placeholder={t('invoices.numbers')}
          value={q ?? ''}
          onSettled={(typed) => show({ q: typed || undefined, sort })}
        />
      </div>
      <div className="panel" data-flush>
        {list.isPending && <Waiting />}
        {list.isSuccess && !rows.length && (
          <Empty
            title={q ? t('lists.no_match') : t('invoices.trash_empty')}
            action={
              <Link to="/invoices" search={{}} className="link">
                {t('lists.all')}
              </Link>
            }
          />
        )}
        {rows.length > 0 && (
          <table className="table cards four">
            <caption className="sr">{t('place.trash')}</caption>
            <thead>
              <tr>
                <SortHead by="number" {...sorting}>
                  {t('invoices.invoice')}
                </SortHead>
                <th>{buyer ? t('orders.supplier') : t('orders.customer')}</th>
                <SortHead by="issue_date" {...sorting}>
                  {t('orders.date')}
                </SortHead>
                <th>{t('orders.state')}</th>
                <th className="r">
                  <span className="sr">{t('partners.actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((invoice) => (
                <tr key={invoice.id}>
                  <td>
                    <b className="num">{invoice.number || t('invoices.unnumbered')}</b>
                    <span className="soft small num block">{money(invoice.due, invoice.currency)}</span>
                  </td>
                  <td className="clip">{buyer ? invoice.supplier_name : invoice.buyer_name}</td>
                  <td className="soft nowrap">{day(invoice.issue_date ?? invoice.created_at)}</td>
                  <td>
                    <StatusTag status={statusOf(invoice)} code={invoice.status} />
                  </td>
                  <td className="r">
                    {mayWrite && (
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={`${t('invoices.restore')} ${invoice.number}`}
                        onClick={() => restore.mutate({ params: { path: { invoice_id: invoice.id } } })}
                      >
                        {t('invoices.restore')}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <MoreRows list={list} shown={rows.length} totals={totals} />
      </div>
    </>
  );
}
