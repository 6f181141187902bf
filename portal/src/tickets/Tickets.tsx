import { Button } from '@mantine/core';
import { useState } from 'react';
import { $api } from '@/api/client';
import { Empty, PageHead } from '@/parts/Bits';
import { Icon } from '@/parts/Icon';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useTitle } from '@/parts/useTitle';
import { Views } from '@/parts/Views';
import { Waiting } from '@/parts/Waiting';
import { useSession } from '@/session/session';
import { NewTicket } from '@/tickets/NewTicket';
import { TicketDialog } from '@/tickets/TicketDialog';
import { useSpeech } from '@/words/speech';

const PLACES = ['company', 'desk'] as const;

/** What the company asked support, and what its own desks are asked, with the number that the mail named, and its thread. */
export function Tickets() {
  const { t, moment } = useSpeech();
  const [opened, open] = useState<string>();
  const [asking, ask] = useState(false);
  const { company } = useSession();
  const [at, look] = useState<(typeof PLACES)[number]>('company');
  const tickets = $api.useQuery('get', '/v1/tickets', { params: { query: { at } } });
  useTitle(t('tickets.title'));
  return (
    <>
      <PageHead
        title={t('tickets.title')}
        lead={t('tickets.lead')}
        actions={
          <Button leftSection={<Icon name="plus" size={16} />} onClick={() => ask(true)}>
            {t('tickets.new')}
          </Button>
        }
      />
      {company.buyer && (
        <Views
          label={t('partners.show')}
          chosen={at}
          choose={look}
          views={PLACES.map((key) => ({ key, label: t(`tickets.at.${key}`) }))}
        />
      )}
      <ProblemNotice error={tickets.error} />
      <div className="panel" data-flush>
        {tickets.isPending && <Waiting />}
        {tickets.data?.length === 0 && (
          <Empty title={t('tickets.none')}>{t(at === 'desk' ? 'tickets.none_desk' : 'tickets.none_why')}</Empty>
        )}
        {tickets.data && tickets.data.length > 0 && (
          <ul className="rows padded">
            {tickets.data.map((ticket) => (
              <li key={ticket.id}>
                <div className="grow">
                  <b className="num">{t('tickets.number', { number: ticket.number })}</b> {ticket.subject}
                  <span className="soft small block">
                    {t(`tickets.state.${ticket.state}`)} · {moment(ticket.changed_at)}
                    {ticket.document && ` · ${ticket.document}`}
                    {` · ${at === 'desk' ? ticket.name : ticket.desk_name || t('tickets.support')}`}
                  </span>
                </div>
                <Button
                  size="xs"
                  variant={ticket.state === (at === 'desk' ? 'open' : 'answered') ? 'filled' : 'default'}
                  aria-label={`${t('partners.open')} ${ticket.number}`}
                  onClick={() => open(ticket.id)}
                >
                  {t('partners.open')}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </div>
      {asking && (
        <NewTicket
          close={(id) => {
            ask(false);
            if (id) open(id);
          }}
        />
      )}
      {opened && <TicketDialog id={opened} desk={at === 'desk'} close={() => open(undefined)} />}
    </>
  );
}
