import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';
import { Notice, Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { runs, useSession } from '@/session/session';
import { BuyPack } from '@/settings/BuyPack';
import { Levels } from '@/settings/Levels';
import { PackName, Purchases } from '@/settings/Purchases';
import { archiveLasts, onSale } from '@/settings/packs';
import { useSpeech } from '@/words/speech';

/** What the company may send, what is left of it, what counts, how long it is archived, and packs to buy. */
export function PlanRoom() {
  const { t, said, count, day, moment, money } = useSpeech();
  const { company } = useSession();
  const queries = useQueryClient();
  const plan = $api.useQuery('get', '/v1/plans');
  const balance = $api.useQuery('get', '/v1/invoices/balance');
  const buy = $api.useMutation('post', '/v1/plans/purchases', {
    onSuccess: () => {
      void queries.invalidateQueries({
        predicate: ({ queryKey }) => /^\/v1\/(plans|invoices\/balance)/.test(String(queryKey[1])),
      });
    },
  });
  if (!plan.data || !balance.data) {
    const error = plan.error ?? balance.error;
    return error ? <ProblemNotice error={error} /> : <Waiting />;
  }
  const { left, taken } = balance.data;
  const { archive_ends_at } = plan.data;
  const packs = onSale(plan.data);
  return (
    <div className="stack">
      <Panel title={t('plan.title')}>
        <div className="stack">
          {left === 0 && (
            <Notice tone="warn" icon="stuck" title={t('plan.used_up')}>
              {t('plan.used_up_why')}
            </Notice>
          )}
          <dl className="facts">
            <div>
              <dt>{t('plan.left')}</dt>
              <dd className="num">{left === null ? t('plan.no_limit') : count(left)}</dd>
            </div>
            <div>
              <dt>{t('plan.taken')}</dt>
              <dd className="num">{count(taken)}</dd>
            </div>
            {plan.data.granted !== null && (
              <div>
                <dt>{t('plan.free')}</dt>
                <dd className="num">{t('plan.a_month', { count: plan.data.free_a_month })}</dd>
              </div>
            )}
            {plan.data.free_until && (
              <div>
                <dt>{t('plan.next_free')}</dt>
                <dd>{day(plan.data.free_until)}</dd>
              </div>
            )}
            <div>
              <dt>{t('plan.archive.title')}</dt>
              <dd>
                {t(`plan.archive.${archiveLasts(archive_ends_at, Date.now())}`, {
                  at: archive_ends_at && moment(archive_ends_at),
                })}
              </dd>
            </div>
          </dl>
          <p className="soft">{said(plan.data.what_counts)}</p>
          {archive_ends_at !== null && <p className="soft">{t('plan.archive.why')}</p>}
        </div>
      </Panel>
      {plan.data.granted !== null && <Levels plan={plan.data} />}
      {packs.length > 0 && runs(company) && (
        <Panel title={t('plan.packs')}>
          <ProblemNotice error={buy.error} />
          <div role="status">
            {buy.data && (
              <Notice
                tone={buy.data.state === 'refused' ? 'bad' : 'ok'}
                icon={buy.data.state === 'refused' ? 'refused' : 'approved'}
                title={
                  buy.data.archive_months
                    ? t(`plan.archive.bought.${buy.data.state}`, { count: buy.data.archive_months })
                    : t(`plan.bought.${buy.data.state}`, { count: buy.data.transactions })
                }
              />
            )}
          </div>
          <ul className="rows">
            {packs.map((pack) => (
              <li key={pack.code}>
                <div className="grow">
                  <b>
                    <PackName pack={pack} />
                  </b>
                  <span className="soft small block">
                    {money(pack.amount, pack.currency ?? 'EUR')} {t('plan.before_vat')}
                  </span>
                </div>
                <BuyPack
                  pack={pack}
                  buying={buy.isPending}
                  buy={(over) => buy.mutate({ body: { pack: pack.code as 'S' } }, { onSettled: over })}
                />
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {runs(company) && <Purchases />}
    </div>
  );
}
