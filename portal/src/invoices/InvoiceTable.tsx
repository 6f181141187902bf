import '@/look/lists.css';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api } from '@/api/client';
import { usePages } from '@/api/pages';
import { BulkBar } from '@/invoices/BulkBar';
import { InvoiceRow } from '@/invoices/InvoiceRow';
import { queryOf, type Wanted } from '@/invoices/shapes';
import { useTotals } from '@/invoices/useTotals';
import { Empty } from '@/parts/Bits';
import { MoreRows } from '@/parts/MoreRows';
import { PickAll, usePicking } from '@/parts/Picking';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { SortHead } from '@/parts/Sorting';
import { Waiting } from '@/parts/Waiting';
import { boxOf, isBuyer, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

const PAGE = 50;

type Props = {
  wanted: Wanted;
  /** Show the list otherwise. */
  show: (next: Wanted) => void;
  /** What is said where none are, in a list that is not one narrowed view of all invoices. */
  empty?: ReactNode;
};

/** Invoices page by page; some may be picked for one act. */
export function InvoiceTable({ wanted, show, empty }: Props) {
  const { t } = useSpeech();
  const session = useSession();
  const buyer = isBuyer(session.company);
  const narrowing = { ...boxOf(session), ...queryOf(wanted) };
  const { sort } = wanted;
  const query = { limit: PAGE, ...narrowing, ...(sort ? { sort: sort as '-number' } : {}) };
  const list = usePages('/v1/invoices', query, (cursor) =>
    api.GET('/v1/invoices', { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }),
  );
  const { rows } = list;
  const sorting = { sort, change: (next?: string) => show({ ...wanted, sort: next }) };
  const picking = usePicking(rows);
  const totals = useTotals(narrowing);
  const narrowed = Object.keys(queryOf(wanted)).length > 0;
  return (
    <>
      <ProblemNotice error={list.error} />
      <div className="panel" data-flush>
        {picking.chosen.length > 0 && <BulkBar chosen={picking.chosen} done={picking.none} />}
        {list.isPending && <Waiting />}
        {list.isSuccess && !rows.length && !wanted.q && empty}
        {list.isSuccess && !rows.length && (wanted.q || !empty) && (
          <Empty
            title={narrowed ? t('lists.no_match') : buyer ? t('invoices.none_buyer') : t('invoices.none')}
            action={
              narrowed ? (
                <button type="button" className="link" onClick={() => show({})}>
                  {t('lists.all')}
                </button>
              ) : (
                <Link to="/orders" search={{}} className="link">
                  {t('invoices.none_do')}
                </Link>
              )
            }
          >
            {narrowed ? undefined : t('invoices.none_why')}
          </Empty>
        )}
        {rows.length > 0 && (
          <table className="table cards picked">
            <caption className="sr">{t('place.invoices')}</caption>
            <thead>
              <tr>
                <PickAll all={picking.all} />
                <SortHead by="number" {...sorting}>
                  {t('invoices.invoice')}
                </SortHead>
                <th>{buyer ? t('orders.supplier') : t('orders.customer')}</th>
                <SortHead by="issue_date" {...sorting}>
                  {t('orders.date')}
                </SortHead>
                <th>{t('orders.state')}</th>
                <SortHead by="gross" {...sorting} right>
                  {t('invoices.due')}
                </SortHead>
              </tr>
            </thead>
            <tbody>
              {rows.map((invoice) => (
                <InvoiceRow
                  key={invoice.id}
                  invoice={invoice}
                  buyer={buyer}
                  picked={picking.has(invoice.id)}
                  pick={() => picking.toggle(invoice.id)}
                />
              ))}
            </tbody>
          </table>
        )}
        <MoreRows list={list} shown={rows.length} totals={totals} />
      </div>
    </>
  );
}
