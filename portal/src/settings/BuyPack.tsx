import { Button } from '@mantine/core';
import { useState } from 'react';
import type { components } from '@/api/generated/registration';
import { Confirm } from '@/parts/Confirm';
import { PackName } from '@/settings/Purchases';
import { useSpeech } from '@/words/speech';

type Props = {
  pack: components['schemas']['PlanView']['packs'][number];
  buying: boolean;
  /** Buys it, and calls back once that came to an end, good or bad. */
  buy: (over: () => void) => void;
};

/** The button of a pack; it says the price again before anything is paid. */
export function BuyPack({ pack, buying, buy }: Props) {
  const { t, count, money } = useSpeech();
  const [asked, ask] = useState(false);
  return (
    <>
      <Button
        size="xs"
        variant="default"
        loading={buying}
        aria-label={`${t('plan.buy')} ${pack.archive_months ? t('plan.archive.title') : count(pack.transactions)}`}
        onClick={() => ask(true)}
      >
        {t('plan.buy')}
      </Button>
      <Confirm
        opened={asked}
        title={<PackName pack={pack} />}
        act={t('plan.buy')}
        acting={buying}
        close={() => ask(false)}
        confirm={() => buy(() => ask(false))}
      >
        {t('plan.buy_why', { price: money(pack.amount, pack.currency ?? 'EUR') })}
      </Confirm>
    </>
  );
}
