import { Button } from '@mantine/core';
import { Link, Navigate } from '@tanstack/react-router';
import { $api } from '@/api/client';
import { FirstSteps } from '@/home/FirstSteps';
import { Tiles } from '@/home/Tiles';
import { countOf, type Invoice, queryOf } from '@/invoices/shapes';
import { useCustomer } from '@/orders/useCustomer';
import { Notice, PageHead, Panel } from '@/parts/Bits';
import { Icon } from '@/parts/Icon';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { MiniThread, StatusTag } from '@/parts/Status';
import { STATUSES, type StatusKey, statusOf } from '@/parts/status';
import { useTitle } from '@/parts/useTitle';
import { Waiting } from '@/parts/Waiting';
import { boxOf, isBuyer, useMay, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

const SHOWN = 5;
const ON_THE_WAY: Invoice['state'][] = ['submitted', 'validated', 'sealed', 'archived', 'delivered'];
type Shown = Invoice & { key: StatusKey };

/** Why an invoice waits for its supplier. */
const whyOf = ({ state, status, overdue }: Invoice) =>
  state === 'failed' ? 'failed' : state === 'archived' ? 'stopped' : overdue && !status ? 'overdue' : 'buyer';

/** What waits for me, what I can invoice, what is on its way. */
export function Home() {
  const { t, count, money, dayShort, dayLong } = useSpeech();
  const session = useSession();
  const { who, company } = session;
  const mayWrite = useMay('invoice');
  const asked = { limit: SHOWN, ...boxOf(session) };
  const waiting = $api.useQuery('get', '/v1/invoices', {
    params: { query: { ...asked, ...queryOf({ state: 'mine' }) } },
  });
  const moving = $api.useQuery('get', '/v1/invoices', {
    params: { query: { ...asked, state: ON_THE_WAY, your_move: false } },
  });
  const counts = $api.useQuery('get', '/v1/invoices/counts', { params: { query: boxOf(session) } });
  const customer = useCustomer();
  const orders = $api.useQuery(
    'get',
    '/v1/orders',
    { params: { query: { ...customer.query, limit: SHOWN } } },
    { enabled: customer.settled },
  );
  const connected = $api.useQuery('get', '/v1/connections', { params: { query: { status: 'active', limit: 1 } } });
  useTitle(t('place.home'));
  if (isBuyer(company)) return <Navigate to="/approvals" replace />;
  const [mine, onTheWay] = [waiting, moving].map(({ data }) =>
    (data?.items ?? []).map((invoice) => ({ ...invoice, key: statusOf(invoice) })),
  ) as [Shown[], Shown[]];
  const waits = countOf(counts.data ?? [], 'mine');
  const first = who.name.split(' ')[0];
  return (
    <>
      <PageHead
        over={<span className="caps">{dayLong(new Date().toISOString())}</span>}
        title={t('home.hello', { name: first })}
        lead={counts.isSuccess && (waits ? t('home.waits', { count: waits }) : t('home.calm'))}
        actions={
          mayWrite && (
            <Button
              renderRoot={(props) => <Link to="/orders" search={{}} {...props} />}
              leftSection={<Icon name="plus" size={16} />}
            >
              {t('home.invoice')}
            </Button>
          )
        }
      />
      <ProblemNotice error={waiting.error ?? moving.error ?? counts.error ?? orders.error ?? customer.error} />
      {connected.data?.items.length === 0 && (
        <div className="above">
          <Notice
            tone="warn"
            icon="stuck"
            title={t('home.unconnected')}
            action={
              <Link to="/partners/find" className="link">
                {t('home.connect')}
              </Link>
            }
          >
            {t('home.unconnected_why')}
          </Notice>
        </div>
      )}
      <FirstSteps connected={Boolean(connected.data?.items.length)} ordered={Boolean(orders.data?.items.length)} />
      {(waiting.isPending || moving.isPending || orders.isPending) && <Waiting />}
      {waiting.data && moving.data && orders.data && (
        <>
          <Tiles />
          <div className="grid-home">
            <div className="stack">
              {mine.length > 0 && (
                <Panel
                  title={t('home.mine')}
                  note={counts.isSuccess && count(waits)}
                  actions={
                    <Link to="/invoices" search={{ state: 'mine' }} className="link">
                      {t('home.all')}
                    </Link>
                  }
                  flush
                >
                  <ul className="tasks">
                    {mine.map((invoice, i) => (
                      <li key={invoice.id} data-tone={STATUSES[invoice.key].tone}>
                        <Icon name={STATUSES[invoice.key].icon} size={20} />
                        <div className="grow">
                          <div className="task-title">
                            <Link to="/invoices/$invoiceId" params={{ invoiceId: invoice.id }}>
                              {invoice.number || t('invoices.unnumbered')}
                            </Link>{' '}
                            <span className="task-word">{t(`status.${invoice.key}`, { code: invoice.status })}</span>
                          </div>
                          <div className="soft">
                            {t(`home.why.${whyOf(invoice)}`, {
                              buyer: invoice.buyer_name,
                            })}
                          </div>
                        </div>
                        <span className="num task-amount">{money(invoice.due, invoice.currency)}</span>
                        <Button
                          size="xs"
                          variant={i === 0 ? 'filled' : 'default'}
                          renderRoot={(props) => (
                            <Link
                              to={
                                mayWrite && invoice.key === 'failed'
                                  ? '/invoices/$invoiceId/edit'
                                  : '/invoices/$invoiceId'
                              }
                              params={{ invoiceId: invoice.id }}
                              {...props}
                            />
                          )}
                          aria-label={`${t(mayWrite && invoice.key === 'failed' ? 'home.fix' : 'home.see')} ${invoice.number}`}
                        >
                          {t(mayWrite && invoice.key === 'failed' ? 'home.fix' : 'home.see')}
                        </Button>
                      </li>
                    ))}
                  </ul>
                </Panel>
              )}
              <Panel
                title={t('home.orders')}
                note={customer.partners.length > 1 && customer.partners.find(({ id }) => id === customer.chosen)?.name}
                actions={
                  <Link to="/orders" search={{}} className="link">
                    {t('home.all')}
                  </Link>
                }
                flush
              >
                {orders.data.items.length ? (
                  <table className="table tap">
                    <caption className="sr">{t('home.orders')}</caption>
                    <thead>
                      <tr>
                        <th>{t('orders.order')}</th>
                        <th>{t('orders.customer')}</th>
                        <th className="desk-cell">{t('orders.date')}</th>
                        <th className="r">{t('orders.total')}</th>
                      </tr>
                    </thead>
                    <tbody>
                      {orders.data.items.map((order) => (
                        <tr key={order.id}>
                          <td>
                            <Link to="/orders/$orderId" params={{ orderId: order.id }} className="ref">
                              {order.number}
                            </Link>
                          </td>
                          <td className="clip">{order.buyer_name}</td>
                          <td className="soft desk-cell">{dayShort(order.issue_date)}</td>
                          <td className="r num strong">
                            {order.net_amount && money(order.net_amount, order.currency)}
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                ) : (
                  <p className="soft pad">{t('orders.none')}</p>
                )}
              </Panel>
            </div>
            <Panel title={t('home.way')} flush>
              {onTheWay.length ? (
                <ul className="road">
                  {onTheWay.map((invoice) => (
                    <li key={invoice.id}>
                      <span className="clip">
                        <Link to="/invoices/$invoiceId" params={{ invoiceId: invoice.id }} className="ref">
                          {invoice.number}
                        </Link>{' '}
                        <span className="soft">{invoice.buyer_name}</span>
                      </span>
                      <div className="row between">
                        <span className="row tight">
                          <MiniThread status={invoice.key} />
                          <StatusTag status={invoice.key} code={invoice.status} />
                        </span>
                        <span className="soft small">
                          {invoice.due_date
                            ? t('invoices.due_on', { day: dayShort(invoice.due_date) })
                            : dayShort(invoice.submitted_at ?? invoice.created_at)}
                        </span>
                      </div>
                    </li>
                  ))}
                </ul>
              ) : (
                <p className="soft pad">{t('home.way_none')}</p>
              )}
            </Panel>
          </div>
        </>
      )}
    </>
  );
}
