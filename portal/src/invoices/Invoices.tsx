import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '@/api/client';
import { usePages } from '@/api/pages';
import { Empty, PageHead } from '@/parts/Bits';
import { ListSearch } from '@/parts/ListSearch';
import { MoreRows } from '@/parts/MoreRows';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { MiniThread, StatusTag } from '@/parts/Status';
import { statusOf } from '@/parts/status';
import { useTitle } from '@/parts/useTitle';
import { Views } from '@/parts/Views';
import { Waiting } from '@/parts/Waiting';
import { isBuyer, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

const SUPPLIER_VIEWS = ['all', 'failed', 'delivered', 'draft', 'cancelled'] as const;
const BUYER_VIEWS = ['all', 'delivered', 'archived'] as const;
type State = (typeof SUPPLIER_VIEWS)[number] | (typeof BUYER_VIEWS)[number];
const PAGE = 50;

export function Invoices() {
  const { t } = useSpeech();
  const { company } = useSession();
  const buyer = isBuyer(company);
  const { state, q } = useSearch({ from: '/inside/invoices' });
  const go = useNavigate({ from: '/invoices' });
  const title = buyer ? t('place.received') : t('place.invoices');
  useTitle(title);
  return (
    <>
      <PageHead title={title} lead={buyer ? t('invoices.lead_buyer') : t('invoices.lead')} />
      <Views<State>
        label={t('lists.views')}
        views={(buyer ? BUYER_VIEWS : SUPPLIER_VIEWS).map((key) => ({ key, label: t(`invoices.view.${key}`) }))}
        chosen={(state as State | undefined) ?? 'all'}
        choose={(key) => void go({ search: { q, state: key === 'all' ? undefined : key } })}
      />
      <div className="filters">
        <ListSearch
          label={t('invoices.search')}
          placeholder={t('invoices.numbers')}
          value={q ?? ''}
          onSettled={(typed) => void go({ search: { state, q: typed || undefined }, replace: true })}
        />
      </div>
      <InvoiceTable state={state} q={q} />
    </>
  );
}

export function Drafts() {
  const { t } = useSpeech();
  useTitle(t('place.drafts'));
  return (
    <>
      <PageHead title={t('place.drafts')} lead={t('invoices.lead_drafts')} />
      <InvoiceTable state="draft" />
    </>
  );
}

function InvoiceTable({ state, q }: { state?: string; q?: string }) {
  const { t, money, day } = useSpeech();
  const buyer = isBuyer(useSession().company);
  const query = { limit: PAGE, ...(q ? { q } : {}), ...(state ? { state: [state as 'draft'] } : {}) };
  const list = usePages('/v1/invoices', query, (cursor) =>
    api.GET('/v1/invoices', { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }),
  );
  const { rows } = list;
  return (
    <>
      <ProblemNotice error={list.error} />
      <div className="panel" data-flush>
        {list.isPending && <Waiting />}
        {list.isSuccess && !rows.length && (
          <Empty
            title={q || state ? t('lists.no_match') : buyer ? t('invoices.none_buyer') : t('invoices.none')}
            action={
              <Link to="/orders" search={{}} className="link">
                {t('invoices.none_do')}
              </Link>
            }
          >
            {q || state ? undefined : t('invoices.none_why')}
          </Empty>
        )}
        {rows.length > 0 && (
          <table className="table cards four">
            <caption className="sr">{t('place.invoices')}</caption>
            <thead>
              <tr>
                <th>{t('invoices.invoice')}</th>
                <th>{buyer ? t('orders.supplier') : t('orders.customer')}</th>
                <th>{t('orders.date')}</th>
                <th>{t('orders.state')}</th>
                <th className="r">{t('invoices.due')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((invoice) => {
                const status = statusOf(invoice);
                return (
                  <tr key={invoice.id}>
                    <td>
                      <Link
                        to={invoice.state === 'draft' ? '/invoices/$invoiceId/edit' : '/invoices/$invoiceId'}
                        params={{ invoiceId: invoice.id }}
                        className="ref"
                      >
                        {invoice.number || t('invoices.unnumbered')}
                      </Link>
                      <span className="soft small num block">{invoice.order_numbers.join(', ')}</span>
                    </td>
                    <td className="clip">{buyer ? invoice.supplier_name : invoice.buyer_name}</td>
                    <td className="soft nowrap">{day(invoice.issue_date ?? invoice.created_at)}</td>
                    <td>
                      <span className="row tight">
                        <MiniThread status={status} />
                        <StatusTag
                          status={status}
                          code={invoice.status}
                          note={invoice.due_date && t('invoices.due_on', { day: day(invoice.due_date) })}
                        />
                      </span>
                    </td>
                    <td className="r num strong">{money(invoice.due, invoice.currency)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        )}
        <MoreRows list={list} shown={rows.length} />
      </div>
    </>
  );
}
