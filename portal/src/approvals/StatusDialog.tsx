import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { BUYER_CODES, CASHED, type Code, DATED, REASONS } from '@/approvals/decide';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { statusOfCode } from '@/parts/status';
import { useSpeech } from '@/words/speech';

export type Said = { code: Code; reasons: string[]; due_date?: string; amount?: string };
type Props = {
  /** What is to be said; `choose` lets the buyer pick among all of its statuses. */
  code: Code | 'choose' | undefined;
  invoice: { number: string; due: string; currency: string; due_date?: string | null };
  sending: boolean;
  error: unknown;
  close: () => void;
  say: (said: Said) => void;
};

/** One status with what it needs: a reason that the other side reads at once, a date, an amount. */
export function StatusDialog({ code, invoice, sending, error, close, say }: Props) {
  const { t } = useSpeech();
  return (
    <Modal
      opened={code !== undefined}
      onClose={close}
      title={t('approvals.say_of', { number: invoice.number })}
      closeButtonProps={{ 'aria-label': t('shell.close') }}
    >
      <div className="stack">
        <ProblemNotice error={error} />
        {code && <Form key={code} code={code} invoice={invoice} sending={sending} say={say} />}
      </div>
    </Modal>
  );
}

type FormProps = Pick<Props, 'invoice' | 'sending' | 'say'> & { code: Code | 'choose' };

function Form({ code, invoice, sending, say }: FormProps) {
  const { t } = useSpeech();
  const [chosen, choose] = useState<Code>(code === 'choose' ? '204' : code);
  const [reason, setReason] = useState('');
  const [date, setDate] = useState(invoice.due_date ?? '');
  const [amount, setAmount] = useState(invoice.due);
  const reasons = REASONS[chosen];
  const dated = DATED.includes(chosen);
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        say({
          code: chosen,
          reasons: reasons ? [reason] : [],
          ...(dated && date ? { due_date: date } : {}),
          ...(chosen === CASHED ? { amount: amount.trim().replace(',', '.') } : {}),
        });
      }}
    >
      {code === 'choose' && (
        <NativeSelect
          data-autofocus
          label={t('orders.state')}
          value={chosen}
          data={BUYER_CODES.map((value) => ({ value, label: t(`status.${statusOfCode(value)}`) }))}
          onChange={(event) => choose(event.currentTarget.value as Code)}
        />
      )}
      {reasons && (
        <NativeSelect
          data-autofocus={code !== 'choose' || undefined}
          label={t('approvals.reason')}
          required
          value={reasons.includes(reason) ? reason : ''}
          data={[
            { value: '', label: t('approvals.reason_choose') },
            ...reasons.map((value) => ({ value, label: t(`reason.${value}` as 'reason.AUTRE') })),
          ]}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
      {dated && (
        <TextInput
          type="date"
          data-autofocus={code !== 'choose' || undefined}
          label={t('approvals.due_date')}
          description={t('approvals.due_date_why')}
          value={date}
          onChange={(event) => setDate(event.currentTarget.value)}
        />
      )}
      {chosen === CASHED && (
        <TextInput
          data-autofocus
          inputMode="decimal"
          label={t('approvals.amount', { currency: invoice.currency })}
          required
          value={amount}
          onChange={(event) => setAmount(event.currentTarget.value)}
        />
      )}
      <Button type="submit" loading={sending}>
        {code === 'choose' ? t('approvals.say') : t(`approvals.do.${code}` as 'approvals.do.205')}
      </Button>
    </form>
  );
}
