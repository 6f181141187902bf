import { Button, NativeSelect } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api } from '@/api/client';
import type { Connection } from '@/partners/useConnections';
import { Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useMay, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

/** Which customers may write invoices in the supplier's name; the supplier says so, and takes it back. */
export function SelfBilling({ connections }: { connections: readonly Connection[] }) {
  const { t, day } = useSpeech();
  const { company } = useSession();
  const mayWrite = useMay('invoice');
  const queries = useQueryClient();
  const list = $api.useQuery('get', '/v1/self-billing');
  const onSuccess = () => void queries.invalidateQueries({ queryKey: ['get', '/v1/self-billing'] });
  const agree = $api.useMutation('put', '/v1/self-billing/{buyer_id}', { onSuccess });
  const end = $api.useMutation('delete', '/v1/self-billing/{buyer_id}', { onSuccess });
  const agreed = list.data ?? [];
  const others = [...new Map(connections.map(({ buyer_id, buyer_name }) => [buyer_id, buyer_name]))].filter(
    ([id]) => !agreed.some(({ buyer_id }) => buyer_id === id),
  );
  const [chosen, choose] = useState('');
  const buyer = chosen || others[0]?.[0];
  return (
    <Panel title={t('uploads.self')}>
      <div className="stack">
        <p className="soft">{t('uploads.self_why')}</p>
        <ProblemNotice error={list.error ?? agree.error ?? end.error} />
        {list.isSuccess && !agreed.length && <p className="soft">{t('uploads.self_none')}</p>}
        <ul className="rows">
          {agreed.map(({ buyer_id, supplier_id, partner_name, agreed_at }) => (
            <li key={buyer_id + supplier_id}>
              <div className="grow">
                <b>{partner_name}</b>{' '}
                <span className="soft small">
                  {t('uploads.since', { day: day(agreed_at) })}
                  {buyer_id === company.id && ` · ${t('uploads.self_self')}`}
                </span>
              </div>
              {mayWrite && supplier_id === company.id && (
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`${t('uploads.end')} : ${partner_name}`}
                  onClick={() => end.mutate({ params: { path: { buyer_id } } })}
                >
                  {t('uploads.end')}
                </Button>
              )}
            </li>
          ))}
        </ul>
        {mayWrite && buyer && (
          <form
            className="row wrap"
            onSubmit={(event) => {
              event.preventDefault();
              agree.mutate({ params: { path: { buyer_id: buyer } } }, { onSuccess: () => choose('') });
            }}
          >
            <NativeSelect
              aria-label={t('uploads.self_buyer')}
              value={buyer}
              data={others.map(([value, label]) => ({ value, label }))}
              onChange={(event) => choose(event.currentTarget.value)}
            />
            <Button type="submit" variant="default" loading={agree.isPending}>
              {t('uploads.agree')}
            </Button>
          </form>
        )}
      </div>
    </Panel>
  );
}
