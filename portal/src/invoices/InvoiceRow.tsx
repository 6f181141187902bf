import { Checkbox } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { Invoice } from '@/invoices/shapes';
import { MiniThread, StatusTag } from '@/parts/Status';
import { statusOf } from '@/parts/status';
import { useSpeech } from '@/words/speech';

type Props = { invoice: Invoice; buyer: boolean; picked: boolean; pick: () => void };

/** One invoice of a list. Bold while nobody of a buyer has opened it; late when its buyer owes a word. */
export const InvoiceRow = memo(Row, (one, other) => one.invoice === other.invoice && one.picked === other.picked);

function Row({ invoice, buyer, picked, pick }: Props) {
  const { t, money, day } = useSpeech();
  const status = statusOf(invoice);
  const number = invoice.number || t('invoices.unnumbered');
  const note = invoice.overdue
    ? t('invoices.overdue')
    : invoice.due_date && t('invoices.due_on', { day: day(invoice.due_date) });
  return (
    <tr data-on={picked || undefined} data-unread={(buyer && invoice.unread) || undefined}>
      <td className="tick">
        <Checkbox size="xs" aria-label={t('lists.pick', { number })} checked={picked} onChange={pick} />
      </td>
      <td>
        <Link
          to={invoice.state === 'draft' ? '/invoices/$invoiceId/edit' : '/invoices/$invoiceId'}
          params={{ invoiceId: invoice.id }}
          className="ref"
        >
          {number}
          {buyer && invoice.unread && <span className="sr"> ({t('invoices.unread')})</span>}
        </Link>
        <span className="soft small num block">{invoice.order_numbers.join(', ')}</span>
      </td>
      <td className="clip">{buyer ? invoice.supplier_name : invoice.buyer_name}</td>
      <td className="soft nowrap">{day(invoice.issue_date ?? invoice.created_at)}</td>
      <td>
        <span className="row tight">
          <MiniThread status={status} />
          <StatusTag status={status} code={invoice.status} note={note} />
        </span>
      </td>
      <td className="r num strong">{money(invoice.due, invoice.currency)}</td>
    </tr>
  );
}
