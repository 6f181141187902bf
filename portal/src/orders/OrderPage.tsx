import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { $api } from '@/api/client';
import { OrderActions } from '@/orders/OrderActions';
import { OrderEvents } from '@/orders/OrderEvents';
import { OrderLines } from '@/orders/OrderLines';
import { OrderStatus } from '@/orders/OrderStatus';
import { PageHead, Panel } from '@/parts/Bits';
import { Icon } from '@/parts/Icon';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useTitle } from '@/parts/useTitle';
import { Waiting } from '@/parts/Waiting';
import { WordsHelp } from '@/parts/WordsHelp';
import { isBuyer, useMay, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

export function OrderPage() {
  const { t, money, day } = useSpeech();
  const { company } = useSession();
  const mayWrite = useMay('invoice');
  const { orderId } = useParams({ from: '/inside/orders/$orderId' });
  const go = useNavigate();
  const queries = useQueryClient();
  const order = $api.useQuery('get', '/v1/orders/{order_id}', { params: { path: { order_id: orderId } } });
  const shown = order.data;
  const buyer = shown ? shown.supplier_id !== company.id : isBuyer(company);
  const lines = $api.useQuery(
    'get',
    '/v1/billable-lines',
    { params: { query: { order_id: orderId } } },
    { enabled: !buyer, retry: false },
  );
  const answers = $api.useQuery(
    'get',
    '/v1/orders/{order_id}/responses',
    { params: { path: { order_id: orderId } } },
    { enabled: shown?.status === 'rejected' },
  );
  const answer = answers.data?.toSorted((a, b) => a.at.localeCompare(b.at)).at(-1);
  const convert = $api.useMutation('post', '/v1/invoices', {
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['get', '/v1/invoices'] });
      void go({ to: '/invoices/$invoiceId/edit', params: { invoiceId: id } });
    },
  });
  useTitle(shown ? t('orders.title', { number: shown.number }) : t('place.orders'));
  if (!shown) return order.error ? <ProblemNotice error={order.error} /> : <Waiting />;
  const billable = lines.data?.lines.some((line) => line.billable) ?? false;
  return (
    <>
      <PageHead
        over={
          <Link to="/orders" search={{}} className="link back">
            {t('place.orders')}
          </Link>
        }
        title={<span className="num">{shown.number}</span>}
        lead={
          <>
            {buyer ? shown.supplier_name : shown.buyer_name} · {shown.unit_name} · {day(shown.issue_date)}
          </>
        }
        actions={
          !buyer &&
          mayWrite && (
            <Button
              autoFocus
              loading={convert.isPending}
              aria-disabled={!billable}
              data-disabled={!billable || undefined}
              className="send"
              leftSection={<Icon name="plus" size={16} />}
              onClick={() => billable && convert.mutate({ body: { order_id: orderId, document: {} } as never })}
            >
              {t('orders.convert')}
            </Button>
          )
        }
      />
      <ProblemNotice error={convert.error ?? lines.error} />
      <dl className="facts">
        <div>
          <dt>{t('orders.total')}</dt>
          <dd className="num">{shown.net_amount ? money(shown.net_amount, shown.currency) : '—'}</dd>
        </div>
        <div>
          <dt>{t('orders.state')}</dt>
          <dd>
            <OrderStatus status={shown.status} waitingFor={shown.waiting_for} />
          </dd>
        </div>
        {answer?.note && (
          <div>
            <dt>{t('orders.response_reason')}</dt>
            <dd>{answer.note}</dd>
          </div>
        )}
        {shown.document.payment_terms && (
          <div>
            <dt>{t('orders.terms')}</dt>
            <dd>{shown.document.payment_terms}</dd>
          </div>
        )}
        {shown.document.note && (
          <div>
            <dt>{t('orders.note')}</dt>
            <dd>{shown.document.note}</dd>
          </div>
        )}
      </dl>
      <div className="stack">
        <Panel title={t('orders.lines')} actions={<WordsHelp />} flush>
          <OrderLines order={shown} billable={lines.data} />
        </Panel>
        <OrderActions order={shown} buyer={buyer} />
        <OrderEvents order={shown} />
      </div>
    </>
  );
}
