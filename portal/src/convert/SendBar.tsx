import { Button } from '@mantine/core';
import type { components } from '@/api/generated/invoicing';
import { Kbd } from '@/parts/Bits';
import { Icon } from '@/parts/Icon';
import { useSpeech } from '@/words/speech';

type Props = {
  context: 'credit' | undefined;
  totals?: components['schemas']['DocumentTotals'];
  currency: string;
  points: number;
  /** What is found does not speak of the last that was typed yet. */
  checking: boolean;
  sending: boolean;
  jump: () => void;
  send: () => void;
};

/** The sums as the server has them, what is left to put right, and the one button. It never greys out. */
export function SendBar({ context, totals, currency, points, checking, sending, jump, send }: Props) {
  const { t, money } = useSpeech();
  const said = points ? t('convert.to_fix', { count: points }) : t('convert.nothing_to_fix');
  const sum = (amount: string | undefined) => (amount === undefined ? '—' : money(amount, currency));
  return (
    <div className="send-bar">
      <div className="sums num">
        <span>
          <i>{t('convert.net')}</i>
          {sum(totals?.net_amount)}
        </span>
        <span>
          <i>{t('convert.vat')}</i>
          {sum(totals?.vat_amount)}
        </span>
        <span className="due">
          <i>{t('invoices.due')}</i>
          {sum(totals?.due_amount)}
        </span>
      </div>
      <div className="row end">
        {/* beside the button: what is inside a live region gives a button no name */}
        <span role="status" className="sr">
          {said}
        </span>
        <button type="button" className="findings" data-none={!points || undefined} aria-busy={checking} onClick={jump}>
          <Icon name={points ? 'failed' : 'approved'} size={16} />
          {said}
          {points > 0 && <Kbd>F8</Kbd>}
        </button>
        <Button onClick={send} loading={sending} rightSection={<Kbd>Ctrl ↵</Kbd>} className="send">
          {t('convert.send', { context })}
        </Button>
      </div>
    </div>
  );
}
