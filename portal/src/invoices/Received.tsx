import { useQuery } from '@tanstack/react-query';
import { $api, actingHeaders } from '@/api/client';
import { fileName } from '@/invoices/originals';
import { PaperView } from '@/parts/PaperView';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { useSpeech } from '@/words/speech';

type Of = { invoice: { id: string; number: string; currency: string } };

/** What an invoice bills, line by line, as its sealed data says. */
export function InvoiceLines({ invoice }: Of) {
  const { t, money, price, qty } = useSpeech();
  const params = { path: { invoice_id: invoice.id } };
  const read = $api.useQuery('get', '/v1/invoices/{invoice_id}/document', { params });
  if (!read.data) return read.error ? <ProblemNotice error={read.error} /> : <Waiting rows={3} />;
  return (
    <ul className="rows billed-lines" aria-label={t('orders.lines')}>
      {read.data.document.lines.map((line) => (
        <li key={line.identifier}>
          <div className="grow">
            <b>{line.item.name}</b>
            <span className="soft small num block">
              {qty(line.quantity)} × {price(line.price, invoice.currency)}
              {line.vat.rate && ` · ${t('convert.vat')} ${qty(line.vat.rate)}\u00a0%`}
            </span>
          </div>
          <span className="num strong">{line.net_amount && money(line.net_amount, invoice.currency)}</span>
        </li>
      ))}
    </ul>
  );
}

/** The sealed page itself, as the archive keeps it. */
export function SealedPage({ invoice }: Of) {
  const { t } = useSpeech();
  const page = useQuery({
    queryKey: ['originals', invoice.id],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const answer = await fetch(`/v1/archive/${invoice.id}/original.pdf`, { headers: actingHeaders() });
      if (!answer.ok) throw await answer.json();
      return answer.arrayBuffer();
    },
  });
  return (
    <section aria-label={t('invoices.page')}>
      <PaperView
        pdf={page.data}
        error={page.error}
        label={t('invoices.page')}
        head={t('invoices.page')}
        name={`${fileName(invoice)}.pdf`}
      />
    </section>
  );
}
