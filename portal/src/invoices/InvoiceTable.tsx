import '@/look/lists.css';
import { Checkbox } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '@/api/client';
import { usePages } from '@/api/pages';
import { BulkBar } from '@/invoices/BulkBar';
import { InvoiceRow } from '@/invoices/InvoiceRow';
import { queryOf, type Wanted } from '@/invoices/shapes';
import { Empty } from '@/parts/Bits';
import { MoreRows } from '@/parts/MoreRows';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { boxOf, isBuyer, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

const PAGE = 50;

/** Invoices page by page; some may be picked for one act. */
export function InvoiceTable({ wanted }: { wanted: Wanted }) {
  const { t } = useSpeech();
  const session = useSession();
  const buyer = isBuyer(session.company);
  const [picked, pick] = useState<readonly string[]>([]);
  const query = { limit: PAGE, ...boxOf(session), ...queryOf(wanted) };
  const list = usePages('/v1/invoices', query, (cursor) =>
    api.GET('/v1/invoices', { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }),
  );
  const { rows } = list;
  const chosen = rows.filter(({ id }) => picked.includes(id));
  const narrowed = Object.keys(queryOf(wanted)).length > 0;
  // over what is picked when it is called: a row keeps the `toggle` that it was drawn with
  const toggle = (id: string) =>
    pick((before) => (before.includes(id) ? before.filter((each) => each !== id) : [...before, id]));
  return (
    <>
      <ProblemNotice error={list.error} />
      <div className="panel" data-flush>
        {chosen.length > 0 && <BulkBar chosen={chosen} done={() => pick([])} />}
        {list.isPending && <Waiting />}
        {list.isSuccess && !rows.length && (
          <Empty
            title={narrowed ? t('lists.no_match') : buyer ? t('invoices.none_buyer') : t('invoices.none')}
            action={
              narrowed ? (
                <Link to="/invoices" search={{}} className="link">
                  {t('lists.all')}
                </Link>
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
                <th className="tick">
                  <Checkbox
                    size="xs"
                    aria-label={t('lists.pick_all')}
                    checked={chosen.length === rows.length}
                    indeterminate={chosen.length > 0 && chosen.length < rows.length}
                    onChange={() => pick(chosen.length === rows.length ? [] : rows.map(({ id }) => id))}
                  />
                </th>
                <th>{t('invoices.invoice')}</th>
                <th>{buyer ? t('orders.supplier') : t('orders.customer')}</th>
                <th>{t('orders.date')}</th>
                <th>{t('orders.state')}</th>
                <th className="r">{t('invoices.due')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((invoice) => (
                <InvoiceRow
                  key={invoice.id}
                  invoice={invoice}
                  buyer={buyer}
                  picked={picked.includes(invoice.id)}
                  pick={() => toggle(invoice.id)}
                />
              ))}
            </tbody>
          </table>
        )}
        <MoreRows list={list} shown={rows.length} />
      </div>
    </>
  );
}
