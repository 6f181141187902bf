import { Button, Checkbox, Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/generated/registration';
import { Empty, PageHead } from '@/parts/Bits';
import { Icon, type IconName } from '@/parts/Icon';
import { ProblemNotice } from '@/parts/ProblemNotice';
import type { Tone } from '@/parts/status';
import { useTitle } from '@/parts/useTitle';
import { Waiting } from '@/parts/Waiting';
import { isBuyer, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

type Connection = components['schemas']['ConnectionView'];
const LOOKS: Record<Connection['status'], { icon: IconName; tone: Tone }> = {
  requested: { icon: 'stuck', tone: 'warn' },
  active: { icon: 'approved', tone: 'ok' },
  refused: { icon: 'refused', tone: 'bad' },
  disconnected: { icon: 'cancelled', tone: 'quiet' },
};

/** Whom one does business with: requests to answer, connections that run, those that ended. */
export function Partners() {
  const { t, day } = useSpeech();
  const buyer = isBuyer(useSession().company);
  const [accepting, accept] = useState<Connection>();
  const list = $api.useQuery('get', '/v1/connections', { params: { query: { limit: 100 } } });
  const title = buyer ? t('place.suppliers') : t('place.customers');
  useTitle(title);
  return (
    <>
      <PageHead title={title} lead={buyer ? t('partners.lead_buyer') : t('partners.lead')} />
      <ProblemNotice error={list.error} />
      <div className="panel" data-flush>
        {list.isPending && <Waiting />}
        {list.isSuccess && !list.data.items.length && (
          <Empty title={t('partners.none')}>{t('partners.none_why')}</Empty>
        )}
        {list.isSuccess && list.data.items.length > 0 && (
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
              {list.data.items.map((connection) => (
                <tr key={connection.id}>
                  <td>
                    <b>{buyer ? connection.supplier_name : connection.buyer_name}</b>
                    <span className="soft small block">{connection.unit_name}</span>
                  </td>
                  <td className="num">{connection.supplier_number ?? '—'}</td>
                  <td className="soft nowrap">{day(connection.since)}</td>
                  <td>
                    <span className="status" data-tone={LOOKS[connection.status].tone}>
                      <Icon name={LOOKS[connection.status].icon} size={17} />
                      <span>
                        <span className="status-word">{t(`partners.status.${connection.status}`)}</span>
                        {!connection.consent && connection.status === 'active' && (
                          <span className="status-note">{t('partners.no_consent')}</span>
                        )}
                      </span>
                    </span>
                  </td>
                  <td className="r">
                    {connection.status === 'requested' && buyer && (
                      <Button size="xs" variant="default" onClick={() => accept(connection)}>
                        {t('partners.answer')}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
      <Modal
        opened={accepting !== undefined}
        onClose={() => accept(undefined)}
        title={t('partners.answer')}
        closeButtonProps={{ 'aria-label': t('shell.close') }}
      >
        {accepting && <Answer connection={accepting} done={() => accept(undefined)} />}
      </Modal>
    </>
  );
}

function Answer({ connection, done }: { connection: Connection; done: () => void }) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const [consent, setConsent] = useState(true);
  const params = { path: { connection_id: connection.id } };
  const onSuccess = () => {
    void queries.invalidateQueries({ queryKey: ['get', '/v1/connections'] });
    done();
  };
  const accept = $api.useMutation('post', '/v1/connections/{connection_id}/accept', { onSuccess });
  const refuse = $api.useMutation('post', '/v1/connections/{connection_id}/refuse', { onSuccess });
  return (
    <div className="stack">
      <p>
        <b>{connection.supplier_name}</b> {connection.message}
      </p>
      <ProblemNotice error={accept.error ?? refuse.error} />
      <Checkbox
        checked={consent}
        onChange={(event) => setConsent(event.currentTarget.checked)}
        label={t('partners.consent')}
      />
      <div className="row">
        <Button data-autofocus onClick={() => accept.mutate({ params, body: { consent } as never })}>
          {t('partners.accept')}
        </Button>
        <Button variant="default" onClick={() => refuse.mutate({ params })}>
          {t('partners.refuse')}
        </Button>
      </div>
    </div>
  );
}
