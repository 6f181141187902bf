import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { $api } from '@/api/client';
import { Panel } from '@/parts/Bits';
import { Icon } from '@/parts/Icon';
import { useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

const hidden = (company: string) => `navette.first-steps.${company}`;
const DRAFT = 'draft';

/** Where each is done: a room of the settings, the search for partners, an article of the help. */
const PLACES = {
  company: { to: '/settings/{-$room}', params: { room: 'company' } },
  bank: { to: '/settings/{-$room}', params: { room: 'company' } },
  factor: { to: '/settings/{-$room}', params: { room: 'security' } },
  connect: { to: '/partners/find', params: {} },
  order: { to: '/help/{-$article}', params: { article: 'connect' } },
  invoice: { to: '/help/{-$article}', params: { article: 'flip' } },
} as const;
type Step = keyof typeof PLACES;

/** The way of a new supplier to its first invoice: each step says why, leads to its place, and ticks itself. */
export function FirstSteps({ connected, ordered }: { connected: boolean; ordered: boolean }) {
  const { t } = useSpeech();
  const { company } = useSession();
  const params = { path: { company_id: company.id } };
  const [away, put] = useState(() => localStorage.getItem(hidden(company.id)) !== null);
  const counts = $api.useQuery('get', '/v1/invoices/counts');
  const sent = counts.data?.some(({ box, state, count }) => box === 'sent' && state !== DRAFT && count > 0);
  const shown = !away && counts.isSuccess && !sent;
  const own = $api.useQuery('get', '/v1/companies/{company_id}', { params }, { enabled: shown });
  const profile = $api.useQuery('get', '/v1/companies/{company_id}/profile', { params }, { enabled: shown });
  const factors = $api.useQuery('get', '/v1/session/factors', {}, { enabled: shown });
  if (!shown) return null;
  const { address, vat_id, legal_id } = own.data ?? {};
  const done: Record<Step, boolean> = {
    company: Boolean(address?.line_one && address.city && (vat_id || legal_id)),
    bank: Boolean(profile.data?.bank_accounts?.length),
    factor: Boolean(factors.data?.factors.some(({ kind }) => kind === 'totp' || kind === 'passkey')),
    connect: connected,
    order: ordered,
    invoice: false,
  };
  const steps = Object.keys(PLACES) as Step[];
  const next = steps.find((step) => !done[step]);
  return (
    <div className="above">
      <Panel
        title={t('home.steps.title')}
        note={t('home.steps.done', { done: steps.filter((step) => done[step]).length, all: steps.length })}
        actions={
          <Button
            size="xs"
            variant="subtle"
            onClick={() => {
              localStorage.setItem(hidden(company.id), '1');
              put(true);
            }}
          >
            {t('home.steps.hide')}
          </Button>
        }
        flush
      >
        <ol className="first-steps">
          {steps.map((step) => (
            <li key={step} data-done={done[step] || undefined} aria-current={step === next ? 'step' : undefined}>
              <Icon name={done[step] ? 'approved' : 'draft'} size={20} />
              <div className="grow">
                <Link {...PLACES[step]} className="step-title">
                  {t(`home.steps.${step}`)}
                </Link>
                <span className="sr"> ({t(done[step] ? 'home.steps.state.done' : 'home.steps.state.next')})</span>
                <span className="soft small block">{t(`home.steps.${step}_why`)}</span>
              </div>
              <Icon name="chevron" size={16} />
            </li>
          ))}
        </ol>
      </Panel>
    </div>
  );
}
