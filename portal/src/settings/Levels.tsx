import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/generated/registration';
import { Notice, Panel } from '@/parts/Bits';
import { Confirm } from '@/parts/Confirm';
import { runs, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

type Plan = components['schemas']['PlanView'];
type Level = Plan['levels'][number];
export type LevelCode = components['schemas']['WantedLevel']['level'];

/** The levels with what each gives and costs: up at once, down at the end of the term that is paid. */
export function Levels({ plan }: { plan: Plan }) {
  const { t, said, count, day, money } = useSpeech();
  const { company } = useSession();
  const queries = useQueryClient();
  const [wanted, want] = useState<Level>();
  const again = () =>
    queries.invalidateQueries({
      predicate: ({ queryKey }) => /^\/v1\/(plans|invoices\/balance)/.test(String(queryKey[1])),
    });
  const change = $api.useMutation('put', '/v1/plans/level', {
    onSuccess: () => {
      want(undefined);
      void again();
    },
  });
  const name = ({ code }: Pick<Level, 'code'>) => t(`plan.level.${code as LevelCode}`);
  const follows = plan.next_plan ?? plan.plan;
  const act = (level: Level) => (level.due_now ? 'up' : level.code === plan.plan ? 'stay' : 'down');
  const state = (level: Level) =>
    level.code === plan.plan
      ? plan.plan_until && plan.next_plan === null
        ? t('plan.levels.goes_on', { day: day(plan.plan_until) })
        : t('plan.levels.yours')
      : level.code === plan.next_plan && plan.plan_until && t('plan.levels.follows', { day: day(plan.plan_until) });
  return (
    <Panel title={t('plan.levels.title')}>
      <div role="status">
        {change.data && (
          <Notice
            tone={change.data.state === 'refused' ? 'bad' : 'ok'}
            icon={change.data.state === 'refused' ? 'refused' : 'approved'}
            title={t(`plan.levels.done.${change.data.state}`)}
          />
        )}
      </div>
      <ul className="rows">
        {plan.levels.map((level) => (
          <li key={level.code}>
            <div className="grow">
              <b>{name(level)}</b> {state(level) && <span className="soft small">{state(level)}</span>}
              <span className="soft small block">
                {t('plan.levels.gives', { count: level.free_a_month, shown: count(level.free_a_month) })}
                {' · '}
                {t(level.archive ? 'plan.levels.archive' : 'plan.levels.no_archive')}
                {Number(level.packs_off) > 0 &&
                  ` · ${t('plan.levels.off', { share: Math.round(Number(level.packs_off) * 100) })}`}
              </span>
              <span className="soft small block">{t('plan.levels.support', { hours: said(level.support) })}</span>
            </div>
            <span className="num">
              {Number(level.amount)
                ? t('plan.levels.a_year', { price: money(level.amount, level.currency ?? 'EUR') })
                : t('plan.levels.costs_nothing')}
            </span>
            {runs(company) && level.code !== follows && (
              <Button
                size="xs"
                variant="default"
                aria-label={`${t(`plan.levels.act.${act(level)}`)} ${name(level)}`}
                onClick={() => want(level)}
              >
                {t(`plan.levels.act.${act(level)}`)}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {wanted && (
        <Confirm
          opened
          title={name(wanted)}
          act={t(`plan.levels.act.${act(wanted)}`)}
          acting={change.isPending}
          error={change.error}
          close={() => {
            change.reset();
            want(undefined);
          }}
          confirm={() => change.mutate({ body: { level: wanted.code as LevelCode } })}
        >
          {act(wanted) === 'down' && !plan.plan_until
            ? t('plan.levels.why.at_once')
            : t(`plan.levels.why.${act(wanted)}`, {
                price: money(wanted.due_now ?? '0', wanted.currency ?? 'EUR'),
                day: plan.plan_until && day(plan.plan_until),
              })}
        </Confirm>
      )}
    </Panel>
  );
}
