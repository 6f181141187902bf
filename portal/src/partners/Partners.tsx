import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '@/api/client';
import { usePages } from '@/api/pages';
import { ConnectionDialog } from '@/partners/ConnectionDialog';
import { type Connection, isAsked } from '@/partners/useConnections';
import { Empty, PageHead } from '@/parts/Bits';
import { Icon, type IconName } from '@/parts/Icon';
import { MoreRows } from '@/parts/MoreRows';
import { ProblemNotice } from '@/parts/ProblemNotice';
import type { Tone } from '@/parts/status';
import { useTitle } from '@/parts/useTitle';
import { Views } from '@/parts/Views';
import { Waiting } from '@/parts/Waiting';
import { isBuyer, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

const PAGE = 100;
const LOOKS: Record<Connection['status'], { icon: IconName; tone: Tone }> = {
  requested: { icon: 'stuck', tone: 'warn' },
  active: { icon: 'approved', tone: 'ok' },
  refused: { icon: 'refused', tone: 'bad' },
  disconnected: { icon: 'cancelled', tone: 'quiet' },
};

/** Who was asked answers a request; a buyer also a question, a supplier the notice that all is ready. */
const waitsForMe = (connection: Connection, me: string) =>
  connection.status === 'requested'
    ? isAsked(connection, me)
    : connection.status === 'active' && connection.ready_state === (connection.buyer_id === me ? 'held' : 'notified');

const SHOWN = ['all', 'received', 'sent'] as const;

/** Whom one does business with: requests to answer, connections that run, those that ended. */
export function Partners() {
  const { t, day } = useSpeech();
  const { company } = useSession();
  const buyer = isBuyer(company);
  const nameOf = (connection: Connection) =>
    connection.buyer_id === company.id ? connection.supplier_name : connection.buyer_name;
  const [openedId, open] = useState<string>();
  const [shown, show] = useState<(typeof SHOWN)[number]>('all');
  const query = { limit: PAGE, ...(shown === 'all' ? {} : { request: shown }) };
  const list = usePages('/v1/connections', query, (cursor) =>
    api.GET('/v1/connections', { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }),
  );
  const { rows } = list;
  const opened = rows.find((connection) => connection.id === openedId);
  const title = buyer ? t('place.suppliers') : t('place.customers');
  useTitle(title);
  return (
    <>
      <PageHead
        title={title}
        lead={buyer ? t('partners.lead_buyer') : t('partners.lead')}
        actions={
          <>
            <Button
              variant={buyer ? 'default' : 'filled'}
              renderRoot={(props) => <Link to="/partners/find" {...props} />}
              leftSection={<Icon name="search" size={16} />}
            >
              {t('partners.find')}
            </Button>
            <Button
              variant={buyer ? 'filled' : 'default'}
              renderRoot={(props) => <Link to="/partners/bring" {...props} />}
              leftSection={<Icon name="plus" size={16} />}
            >
              {t(buyer ? 'bringing.title.supplier' : 'bringing.title.customer')}
            </Button>
          </>
        }
      />
      <Views
        label={t('partners.show')}
        chosen={shown}
        choose={show}
        views={SHOWN.map((key) => ({ key, label: t(`partners.shown.${key}`) }))}
      />
      <ProblemNotice error={list.error} />
      <div className="panel" data-flush>
        {list.isPending && <Waiting />}
        {list.isSuccess && !rows.length && (
          <Empty title={t(shown === 'all' ? 'partners.none' : 'partners.no_request')}>{t('partners.none_why')}</Empty>
        )}
        {rows.length > 0 && (
          <table className="table cards four">
            <caption className="sr">{title}</caption>
            <thead>
              <tr>
                <th>{t('partners.partner')}</th>
                <th>{t('partners.number')}</th>
                <th>{t('partners.since')}</th>
                <th>{t('orders.state')}</th>
                <th className="r">{t('partners.actions')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((connection) => (
                <tr key={connection.id}>
                  <td>
                    <b>{nameOf(connection)}</b>
                    <span className="soft small block">{connection.unit_name}</span>
                  </td>
                  <td className="num">{connection.supplier_number ?? '—'}</td>
                  <td className="soft nowrap">{day(connection.since)}</td>
                  <td>
                    <span className="status" data-tone={LOOKS[connection.status].tone}>
                      <Icon name={LOOKS[connection.status].icon} size={17} />
                      <span>
                        <span className="status-word">{t(`partners.status.${connection.status}`)}</span>
                        {connection.status === 'requested' && (
                          <span className="status-note">
                            {t(isAsked(connection, company.id) ? 'partners.received' : 'partners.sent')}
                          </span>
                        )}
                        {!connection.consent && connection.status === 'active' && (
                          <span className="status-note">{t('partners.no_consent')}</span>
                        )}
                        {connection.status === 'active' && connection.ready_state !== 'none' && (
                          <span className="status-note">
                            {t(`partners.ready.short.${connection.ready_state as 'held' | 'notified' | 'ready'}`, {
                              day: connection.ready_at ? day(connection.ready_at) : '',
                            })}
                          </span>
                        )}
                      </span>
                    </span>
                  </td>
                  <td className="r">
                    <Button
                      size="xs"
                      variant={waitsForMe(connection, company.id) ? 'filled' : 'default'}
                      aria-label={`${t(waitsForMe(connection, company.id) ? 'partners.answer' : 'partners.open')} ${nameOf(connection)}`}
                      onClick={() => open(connection.id)}
                    >
                      {t(waitsForMe(connection, company.id) ? 'partners.answer' : 'partners.open')}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <MoreRows list={list} shown={rows.length} />
      </div>
      {opened && <ConnectionDialog key={opened.id} connection={opened} close={() => open(undefined)} />}
    </>
  );
}
