import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/generated/registration';
import { Notice, Panel } from '@/parts/Bits';
import { Confirm } from '@/parts/Confirm';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { runs, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

type Link = components['schemas']['GroupLink'];
const GROUP = '/v1/companies/{company_id}/group';
const SHORTEST = 3;
const RESTS_MS = 250;

/** The companies that buy beside this one: those that it lists, or the list that it is in. */
export function Group() {
  const { t } = useSpeech();
  const { company } = useSession();
  const mayChange = runs(company);
  const queries = useQueryClient();
  const [ending, end] = useState<Link>();
  const links = $api.useQuery('get', GROUP, { params: { path: { company_id: company.id } } });
  const settled = () => {
    end(undefined);
    void queries.invalidateQueries({ queryKey: ['get', GROUP] });
  };
  const agree = $api.useMutation('post', '/v1/companies/{company_id}/group/{link_id}/agree', { onSuccess: settled });
  const over = $api.useMutation('delete', '/v1/companies/{company_id}/group/{link_id}', { onSuccess: settled });
  const params = (link: Link) => ({ params: { path: { company_id: company.id, link_id: link.id } } });
  const heads = links.data?.filter(({ entity_id }) => entity_id === company.id) ?? [];
  const listed = links.data?.filter(({ head_id }) => head_id === company.id) ?? [];
  const isEntity = heads.some(({ state }) => state === 'agreed');
  return (
    <Panel title={t('units.group.title')}>
      <div className="stack">
        <p className="soft">{t('units.group.lead')}</p>
        <ProblemNotice error={links.error ?? agree.error} />
        {heads.map((link) =>
          link.state === 'asked' ? (
            <Notice
              key={link.id}
              tone="warn"
              icon="gap"
              title={t('units.group.asked_by', { head: link.head_name })}
              action={
                mayChange && (
                  <div className="row">
                    <Button size="xs" loading={agree.isPending} onClick={() => agree.mutate(params(link))}>
                      {t('units.group.accept')}
                    </Button>
                    <Button
                      size="xs"
                      variant="default"
                      loading={over.isPending}
                      onClick={() => over.mutate(params(link))}
                    >
                      {t('units.group.refuse')}
                    </Button>
                  </div>
                )
              }
            >
              {t('units.group.asked_by_why')}
            </Notice>
          ) : (
            <div key={link.id} className="row wrap">
              <span className="grow">{t('units.group.listed_by', { head: link.head_name })}</span>
              {mayChange && (
                <Button size="xs" variant="default" onClick={() => end(link)}>
                  {t('units.group.leave')}
                </Button>
              )}
            </div>
          ),
        )}
        {listed.length > 0 && (
          <ul className="rows">
            {listed.map((link) => (
              <li key={link.id}>
                <b className="grow">{link.entity_name}</b>
                <span className="soft small">{t(`units.group.${link.state as 'asked' | 'agreed'}`)}</span>
                {mayChange && (
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={`${t('units.group.remove')} ${link.entity_name}`}
                    onClick={() => end(link)}
                  >
                    {t('units.group.remove')}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
        {mayChange && !isEntity && <AddEntity known={listed} settled={settled} />}
      </div>
      {ending && (
        <Confirm
          opened
          title={ending.head_id === company.id ? ending.entity_name : ending.head_name}
          act={t(ending.head_id === company.id ? 'units.group.remove' : 'units.group.leave')}
          acting={over.isPending}
          error={over.error}
          close={() => end(undefined)}
          confirm={() => over.mutate(params(ending))}
        >
          {t('units.group.end_why', { company: ending.entity_name })}
        </Confirm>
      )}
    </Panel>
  );
}

/** A buyer of the directory is asked; its own administrator decides. */
function AddEntity({ known, settled }: { known: readonly Link[]; settled: () => void }) {
  const { t } = useSpeech();
  const { company } = useSession();
  const [typed, type] = useState('');
  const [q] = useDebouncedValue(typed.trim(), RESTS_MS);
  const long = typed !== '' && q.length >= SHORTEST;
  const found = $api.useQuery('get', '/v1/partners', { params: { query: { q, buyer: true } } }, { enabled: long });
  const ask = $api.useMutation('post', GROUP, {
    onSuccess: ({ entity_name }) => {
      type('');
      notifications.show({
        message: t('units.group.sent', { company: entity_name }),
        closeButtonProps: { 'aria-label': t('shell.close') },
      });
      settled();
    },
  });
  const taken = new Set([company.id, ...known.map(({ entity_id }) => entity_id)]);
  const others = found.data?.items.filter(({ id }) => !taken.has(id)) ?? [];
  return (
    <div className="stack tight-stack">
      <TextInput
        type="search"
        label={t('units.group.add')}
        description={t('units.group.add_why')}
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
      />
      <ProblemNotice error={ask.error ?? (long ? found.error : undefined)} />
      <div aria-live="polite">
        {long && found.isSuccess && !others.length && <p className="soft">{t('units.group.nobody')}</p>}
        {long && others.length > 0 && (
          <ul className="rows">
            {others.map(({ id, legal_name, city }) => (
              <li key={id}>
                <span className="grow">
                  <b>{legal_name}</b> <span className="soft small">{city}</span>
                </span>
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`${t('units.group.ask')} ${legal_name}`}
                  loading={ask.isPending}
                  onClick={() => ask.mutate({ params: { path: { company_id: company.id } }, body: { entity_id: id } })}
                >
                  {t('units.group.ask')}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
