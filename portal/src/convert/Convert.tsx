import { Navigate, useParams } from '@tanstack/react-router';
import { $api } from '@/api/client';
import { ConvertForm } from '@/convert/ConvertForm';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { useMay } from '@/session/session';

/** Writing an invoice: read once when the page opens, then the form is the newest version there is. */
export function Convert() {
  const { invoiceId } = useParams({ from: '/inside/invoices/$invoiceId/edit' });
  const mayWrite = useMay('invoice');
  const params = { path: { invoice_id: invoiceId } };
  const detail = $api.useQuery(
    'get',
    '/v1/invoices/{invoice_id}',
    { params },
    { staleTime: Number.POSITIVE_INFINITY, gcTime: 0, refetchOnMount: 'always' },
  );
  const order = detail.data?.order_numbers[0];
  const orders = $api.useQuery(
    'get',
    '/v1/orders',
    { params: { query: { number: order ?? '' } } },
    { enabled: order !== undefined },
  );
  const orderId = orders.data?.items.find(({ number }) => number === order)?.id;
  const lines = $api.useQuery(
    'get',
    '/v1/billable-lines',
    { params: { query: { order_id: orderId ?? '' } } },
    { enabled: orderId !== undefined },
  );
  // Events have it read again while somebody types: only the first answer is waited for, or the form would start anew.
  // A later one that fails takes nothing away either.
  if (!detail.data || !detail.isFetchedAfterMount)
    return detail.error ? <ProblemNotice error={detail.error} /> : <Waiting />;
  if (!detail.data.draft || !mayWrite) return <Navigate to="/invoices/$invoiceId" params={{ invoiceId }} replace />;
  return <ConvertForm key={invoiceId} detail={detail.data} billable={lines.data} />;
}
