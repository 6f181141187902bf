import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { $api, api } from '@/api/client';
import { usePages } from '@/api/pages';
import { APPROVED, type Code, HELD, REFUSED, useDecide } from '@/approvals/decide';
import { type Said, StatusDialog } from '@/approvals/StatusDialog';
import { waitingOf } from '@/approvals/waiting';
import { InvoiceLines, SealedPage } from '@/invoices/Received';
import type { Invoice } from '@/invoices/shapes';
import { Empty, Kbd, PageHead } from '@/parts/Bits';
import { MayNot } from '@/parts/MayNot';
import { MoreRows } from '@/parts/MoreRows';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { StatusTag } from '@/parts/Status';
import { OPEN, statusOf } from '@/parts/status';
import { useTitle } from '@/parts/useTitle';
import { Waiting } from '@/parts/Waiting';
import { useMay } from '@/session/session';
import { useSpeech } from '@/words/speech';

const PAGE = 100;
/** What waits, as the list is asked for it. */
const WAITS = [...OPEN].map((status) => status ?? 'none');

/** The buyer's inbox, by hand or by keys: J K to move, A H R to decide. */
export function Approvals() {
  const { t, money, day } = useSpeech();
  const query = { state: ['delivered' as const], status: WAITS, box: 'received' as const, limit: PAGE };
  const list = usePages('/v1/invoices', query, (cursor) =>
    api.GET('/v1/invoices', { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }),
  );
  const { rows } = list;
  const counts = $api.useQuery('get', '/v1/invoices/counts');
  const [chosen, choose] = useState<string>();
  const [asking, ask] = useState<{ code: Code; invoice: Invoice }>();
  const at = Math.max(
    0,
    rows.findIndex(({ id }) => id === chosen),
  );
  const here = rows[at];
  const [rests] = useDebouncedValue(here?.id, 200);
  const decide = useDecide();
  const mayDecide = useMay('decide');
  const open = (code: Code) => {
    if (!here || !mayDecide || decide.isPending) return;
    decide.reset();
    ask({ code, invoice: here });
  };
  const set = (said: Said, invoice = here) => {
    if (!invoice || !mayDecide || decide.isPending) return;
    const index = rows.findIndex(({ id }) => id === invoice.id);
    const next = rows[index + 1]?.id ?? rows[index - 1]?.id;
    decide.mutate(
      { params: { path: { invoice_id: invoice.id } }, body: said as never },
      {
        onSuccess: () => {
          ask(undefined);
          choose((now) => (now === undefined || now === invoice.id ? next : now));
        },
      },
    );
  };
  useTitle(t('place.approvals'));
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || asking) return;
      if ((event.target as Element).matches('input, textarea, select')) return;
      if (event.key === 'j' || event.key === 'k')
        choose(rows[Math.min(rows.length - 1, Math.max(0, at + (event.key === 'j' ? 1 : -1)))]?.id);
      if (event.key === 'a') open(APPROVED);
      if (event.key === 'h') open(HELD);
      if (event.key === 'r') open(REFUSED);
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  });
  if (!list.isFetched) return <Waiting />;
  return (
    <>
      <PageHead
        title={t('place.approvals')}
        lead={rows.length > 0 && t('approvals.lead', { count: counts.data ? waitingOf(counts.data) : rows.length })}
      />
      <ProblemNotice error={list.error ?? decide.error} />
      {!rows.length && list.isSuccess && (
        <div className="panel">
          <Empty
            title={t('approvals.none')}
            action={
              <Link to="/invoices" search={{}} className="link">
                {t('approvals.none_do')}
              </Link>
            }
          />
        </div>
      )}
      {here && (
        <div className="grid-approve">
          <div className="panel" data-flush>
            <table className="table cards pick">
              <caption className="sr">{t('place.approvals')}</caption>
              <thead>
                <tr>
                  <th>{t('orders.supplier')}</th>
                  <th>{t('orders.state')}</th>
                  <th>{t('invoices.issued')}</th>
                  <th className="r">{t('invoices.due')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((invoice) => (
                  <tr key={invoice.id} data-on={invoice.id === here.id || undefined}>
                    <td>
                      <button
                        type="button"
                        className="row-button"
                        aria-pressed={invoice.id === here.id}
                        onClick={() => choose(invoice.id)}
                      >
                        {invoice.supplier_name}
                      </button>
                      <span className="soft small num block">
                        {invoice.number} · {invoice.order_numbers.join(', ')}
                      </span>
                    </td>
                    <td>
                      <StatusTag status={statusOf(invoice)} code={invoice.status} />
                    </td>
                    <td className="soft nowrap">{invoice.issue_date && day(invoice.issue_date)}</td>
                    <td className="r num strong">{money(invoice.due, invoice.currency)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            <MoreRows list={list} shown={rows.length} />
            <div className="table-foot keys soft small">
              <span>
                <Kbd>J</Kbd>
                <Kbd>K</Kbd> {t('approvals.move')}
              </span>
              {mayDecide && (
                <>
                  <span>
                    <Kbd>A</Kbd> {t('approvals.approve')}
                  </span>
                  <span>
                    <Kbd>H</Kbd> {t('approvals.hold')}
                  </span>
                  <span>
                    <Kbd>R</Kbd> {t('approvals.refuse')}
                  </span>
                </>
              )}
            </div>
          </div>
          <section className="panel side-card" aria-label={t('approvals.chosen')}>
            <div className="panel-body stack">
              <div>
                <div className="soft small num">{here.number}</div>
                <h2>{here.supplier_name}</h2>
                <div className="figure num">{money(here.due, here.currency)}</div>
              </div>
              <dl className="proof">
                <dt>{t('convert.net')}</dt>
                <dd className="num">{money(here.net, here.currency)}</dd>
                <dt>{t('convert.vat')}</dt>
                <dd className="num">{money(here.vat, here.currency)}</dd>
                <dt>{t('invoices.order')}</dt>
                <dd className="num">{here.order_numbers.join(', ') || '—'}</dd>
              </dl>
              {mayDecide ? (
                <div className="row acts">
                  <Button className="send grow" rightSection={<Kbd>A</Kbd>} onClick={() => open(APPROVED)}>
                    {t('approvals.approve')}
                  </Button>
                  <Button variant="default" rightSection={<Kbd>H</Kbd>} onClick={() => open(HELD)}>
                    {t('approvals.hold')}
                  </Button>
                  <Button variant="default" rightSection={<Kbd>R</Kbd>} onClick={() => open(REFUSED)}>
                    {t('approvals.refuse')}
                  </Button>
                </div>
              ) : (
                <MayNot act="decide" />
              )}
              <Link to="/invoices/$invoiceId" params={{ invoiceId: here.id }} className="link">
                {t('approvals.open')}
              </Link>
              <p className="soft small">{t('approvals.reason_note')}</p>
              {/* while one leafs through, only where one rests is read */}
              {rests === here.id && (
                <>
                  <h3>{t('orders.lines')}</h3>
                  <InvoiceLines invoice={here} />
                  {here.archived_at && <SealedPage invoice={here} />}
                </>
              )}
            </div>
          </section>
          <StatusDialog
            code={asking?.code}
            invoice={asking?.invoice ?? here}
            sending={decide.isPending}
            error={asking && decide.error}
            close={() => ask(undefined)}
            say={(said) => set(said, asking?.invoice)}
          />
        </div>
      )}
    </>
  );
}
