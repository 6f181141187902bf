import { $api } from '@/api/client';
import { Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import type { LevelCode } from '@/settings/Levels';
import { useSpeech } from '@/words/speech';

type Pack = { code: string; transactions: number; archive_months: number };
const LEVELS: readonly LevelCode[] = ['free', 'plus', 'premium'];

/** What was bought: a level for a year, transactions, or months of the archive option. */
export function PackName({ pack }: { pack: Pack }) {
  const { t, count } = useSpeech();
  const level = LEVELS.find((code) => code === pack.code);
  if (level) return t('plan.levels.year_of', { level: t(`plan.level.${level}`) });
  return pack.archive_months
    ? t('plan.archive.pack', { count: pack.archive_months })
    : t('plan.pack', { count: pack.transactions, shown: count(pack.transactions) });
}

/** What the company bought, and what became of each payment. */
export function Purchases() {
  const { t, day, money } = useSpeech();
  const list = $api.useQuery('get', '/v1/plans/purchases');
  return (
    <Panel title={t('plan.purchases')}>
      <ProblemNotice error={list.error} />
      {list.isPending && <Waiting rows={2} />}
      {list.data?.length === 0 && <p className="soft">{t('plan.no_purchase')}</p>}
      <ul className="rows">
        {list.data?.map((purchase) => (
          <li key={purchase.id}>
            <div className="grow">
              <PackName pack={{ ...purchase, code: purchase.pack }} />
              <span className="soft small block">
                {day(purchase.bought_at)} · {t(`plan.state.${purchase.state}`)}
              </span>
            </div>
            <span className="num">{money(purchase.amount, purchase.currency)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
