import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/generated/registration';
import { AskDialog } from '@/partners/AskDialog';
import { GroupDialog } from '@/partners/GroupDialog';
import { isOpen } from '@/partners/useConnections';
import { Empty, PageHead } from '@/parts/Bits';
import { Icon } from '@/parts/Icon';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useTitle } from '@/parts/useTitle';
import { Waiting } from '@/parts/Waiting';
import { useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

export type Partner = components['schemas']['PartnerView'];
/** Who is asked: a buyer's unit; or, by a buyer, a supplier for one of its own units. */
export type Asked = { company: string; units: readonly Unit[]; supplier?: string };
export type Unit = { id: string; name: string };
const SHORTEST = 3;
const RESTS_MS = 250;
const STATUSES = ['none', 'requested', 'active', 'refused', 'disconnected'] as const;
type Status = (typeof STATUSES)[number];

/** The directory: any three characters of a name or a number; a supplier asks a buyer's unit, a buyer a supplier. */
export function FindPartner() {
  const { t } = useSpeech();
  const { company } = useSession();
  const [typed, type] = useState('');
  const [asking, ask] = useState<Asked>();
  const [group, choose] = useState<Partner>();
  const [status, setStatus] = useState('');
  const [since, setSince] = useState('');
  const [q] = useDebouncedValue(typed.trim(), RESTS_MS);
  const long = q.length >= SHORTEST;
  const query = {
    q,
    ...(status ? { status: status as Status } : {}),
    ...(since ? { created_since: since } : {}),
  };
  const found = $api.useQuery('get', '/v1/partners', { params: { query } }, { enabled: long });
  const own = $api.useQuery('get', '/v1/units', {}, { enabled: company.buyer });
  const units = own.data?.filter(({ active }) => active) ?? [];
  const others = found.data?.items.filter(({ id }) => id !== company.id) ?? [];
  useTitle(t('partners.find'));
  return (
    <>
      <PageHead
        title={t('partners.find')}
        lead={t('partners.find_lead')}
        actions={
          <Link to="/partners" className="link">
            {t('partners.back')}
          </Link>
        }
      />
      <div className="stack">
        <TextInput
          type="search"
          label={t('partners.q')}
          description={t('partners.q_why')}
          leftSection={<Icon name="search" size={16} />}
          value={typed}
          autoFocus
          onChange={(event) => type(event.currentTarget.value)}
        />
        <div className="two">
          <NativeSelect
            label={t('partners.stands')}
            value={status}
            onChange={(event) => setStatus(event.currentTarget.value)}
            data={[
              { value: '', label: t('partners.shown.all') },
              ...STATUSES.map((value) => ({
                value,
                label: value === 'none' ? t('partners.unconnected') : t(`partners.status.${value}`),
              })),
            ]}
          />
          <TextInput
            type="date"
            label={t('partners.created_since')}
            value={since}
            onChange={(event) => setSince(event.currentTarget.value)}
          />
        </div>
        <ProblemNotice error={long ? found.error : undefined} />
        <div className="panel" data-flush aria-live="polite">
          {!long && <p className="soft pad">{t('partners.type_more')}</p>}
          {long && found.isPending && <Waiting />}
          {long && found.isSuccess && !others.length && (
            <Empty title={t('partners.nobody')}>{t('partners.nobody_why')}</Empty>
          )}
          {long && others.length > 0 && (
            <ul className="rows padded">
              {others.map((partner) => (
                <Found
                  key={partner.id}
                  partner={partner}
                  sells={company.supplier}
                  own={units}
                  ask={ask}
                  choose={choose}
                />
              ))}
              {found.data?.more && <li className="soft">{t('partners.more')}</li>}
            </ul>
          )}
        </div>
      </div>
      {group && <GroupDialog of={group} close={() => choose(undefined)} />}
      {asking && <AskDialog asked={asking} close={() => ask(undefined)} />}
    </>
  );
}

type FoundProps = {
  partner: Partner;
  sells: boolean;
  own: readonly Unit[];
  ask: (asked: Asked) => void;
  choose: (group: Partner) => void;
};

function Found({ partner, sells, own, ask, choose }: FoundProps) {
  const { t, day } = useSpeech();
  const numbers = [partner.vat_id, partner.legal_id?.value].filter(Boolean).join(' · ');
  const known = new Map(partner.connections.map(({ unit_id, status }) => [String(unit_id), String(status)]));
  const free = partner.supplier ? own.filter(({ id }) => !isOpen(known.get(id))) : [];
  const held = own.map(({ id }) => known.get(id)).find(isOpen);
  return (
    <li className="top-row">
      <div className="grow">
        <b>{partner.legal_name}</b>
        <span className="soft small block num">
          {[partner.city, partner.country, numbers, t('partners.created', { day: day(partner.created_at) })]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </div>
      {held && <span className="soft small">{t(`partners.status.${held as 'active' | 'requested'}`)}</span>}
      {free.length > 0 && (
        <Button
          size="xs"
          variant="default"
          aria-label={`${t('partners.ask')} ${partner.legal_name}`}
          onClick={() => ask({ company: partner.legal_name, units: free, supplier: partner.id })}
        >
          {t('partners.ask')}
        </Button>
      )}
      {sells && partner.group_name && (
        <Button
          size="xs"
          variant="default"
          aria-label={t('partners.group.open_of', { head: partner.group_name })}
          onClick={() => choose(partner)}
        >
          {t('partners.group.open')}
        </Button>
      )}
      {sells && partner.units.length > 0 && (
        <ul className="units">
          {partner.units.map(({ id, name }) => {
            const status = known.get(String(id));
            return (
              <li key={String(id)}>
                <span className="grow">{String(name)}</span>
                {isOpen(status) ? (
                  <span className="soft small">{t(`partners.status.${status as 'active' | 'requested'}`)}</span>
                ) : (
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={`${t('partners.ask')} ${partner.legal_name}, ${name}`}
                    onClick={() =>
                      ask({ company: partner.legal_name, units: [{ id: String(id), name: String(name) }] })
                    }
                  >
                    {t('partners.ask')}
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </li>
  );
}
