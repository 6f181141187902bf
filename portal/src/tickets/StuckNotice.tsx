import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { components } from '@/api/generated/invoicing';
import { Notice } from '@/parts/Bits';
import { statusOf } from '@/parts/status';
import { NewTicket } from '@/tickets/NewTicket';
import { useSpeech } from '@/words/speech';

type Invoice = components['schemas']['InvoiceDetail'];

/** An invoice that waits for longer than it should: said before anybody asks, with a ticket that is already written. */
export function StuckNotice({ invoice }: { invoice: Invoice }) {
  const { t, day } = useSpeech();
  const [asking, ask] = useState(false);
  const [sent, send] = useState(false);
  const { number, buyer_name: buyer } = invoice;
  const since = day(invoice.delivered_at ?? invoice.submitted_at ?? invoice.created_at);
  const status = t(`status.${statusOf(invoice)}`, { code: invoice.status });
  return (
    <div className="above" role="status">
      <Notice
        tone="warn"
        icon="stuck"
        title={t('tickets.stuck')}
        action={
          sent ? (
            <Link to="/tickets" className="link">
              {t('tickets.see')}
            </Link>
          ) : (
            <Button size="xs" variant="default" onClick={() => ask(true)}>
              {t('tickets.stuck_do')}
            </Button>
          )
        }
      >
        {sent ? t('tickets.sent') : t('tickets.stuck_why')}
      </Notice>
      {asking && (
        <NewTicket
          about={{
            topic: 'statuses',
            subject: t('tickets.stuck_subject', { number }),
            document: number,
            text: t('tickets.stuck_text', { number, buyer, day: since, status }),
          }}
          close={(id) => {
            ask(false);
            send((before) => before || id !== undefined);
          }}
        />
      )}
    </div>
  );
}
