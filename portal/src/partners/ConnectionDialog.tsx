import { Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Answer } from '@/partners/Answer';
import { Contacts } from '@/partners/Contacts';
import { CustomerLanguage } from '@/partners/CustomerLanguage';
import { Disconnect } from '@/partners/Disconnect';
import { proofFile } from '@/partners/proof';
import { Ready } from '@/partners/Ready';
import { type Connection, isAsked } from '@/partners/useConnections';
import { useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

export type Step = { connection: Connection; buying: boolean; partner: string; done: () => void };

/** One connection: where it stands, since when, and what this side can do about it now. */
export function ConnectionDialog({ connection, close }: { connection: Connection; close: () => void }) {
  const { t, day } = useSpeech();
  const { company } = useSession();
  const queries = useQueryClient();
  const buying = connection.buyer_id === company.id;
  const partner = buying ? connection.supplier_name : connection.buyer_name;
  const done = () => {
    void queries.invalidateQueries({ queryKey: ['get', '/v1/connections'] });
    close();
  };
  const step = { connection, buying, partner, done };
  const asked = isAsked(connection, company.id);
  const active = connection.status === 'active';
  return (
    <Modal opened onClose={close} title={partner} size="lg" closeButtonProps={{ 'aria-label': t('shell.close') }}>
      <div className="stack">
        <dl className="proof">
          <dt>{t('partners.unit')}</dt>
          <dd>{connection.unit_name}</dd>
          <dt>{t('orders.state')}</dt>
          <dd>
            {t(`partners.status.${connection.status}`)} · {day(connection.since)}
          </dd>
          {connection.message && (
            <>
              <dt>{t('partners.message')}</dt>
              <dd>{connection.message}</dd>
            </>
          )}
          {connection.reason && (
            <>
              <dt>{t('partners.reason')}</dt>
              <dd>{connection.reason}</dd>
            </>
          )}
          {active && (
            <>
              <dt>{t('partners.consent_short')}</dt>
              <dd>{connection.consent ? t('partners.consent_given') : t('partners.no_consent')}</dd>
            </>
          )}
          {connection.proof && (
            <>
              <dt>{t('bringing.proof')}</dt>
              <dd>
                <a className="link" href={proofFile(connection.proof)} download={`${partner}.json`}>
                  {t('bringing.proof_get')}
                </a>
              </dd>
            </>
          )}
        </dl>
        {active && !buying && (
          <Link to="/rules/{-$unitId}" params={{ unitId: connection.unit_id }} className="link">
            {t('rules.of_customer')}
          </Link>
        )}
        {active && !buying && <CustomerLanguage connection={connection} />}
        {connection.status === 'requested' && asked && <Answer {...step} />}
        {connection.status === 'requested' && !asked && <p className="soft">{t('partners.waits')}</p>}
        {active && <Ready {...step} />}
        {active && <Contacts partnerId={buying ? connection.supplier_id : connection.buyer_id} partner={partner} />}
        {(active || (connection.status === 'requested' && !asked)) && <Disconnect {...step} />}
      </div>
    </Modal>
  );
}
