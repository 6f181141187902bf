import { Navigate, useParams } from '@tanstack/react-router';
import { $api } from '@/api/client';
import { NotFound } from '@/help/NotFound';
import { Waiting } from '@/parts/Waiting';

/** Where the code on a printed invoice leads: to the invoice, for the two sides of it. */
export function FindOriginal() {
  const { code } = useParams({ strict: false });
  const params = { path: { code: code ?? '' } };
  const found = $api.useQuery('get', '/v1/originals/{code}', { params }, { retry: false });
  if (found.data) return <Navigate to="/invoices/$invoiceId" params={{ invoiceId: found.data.invoice_id }} replace />;
  return found.isError ? <NotFound /> : <Waiting />;
}
