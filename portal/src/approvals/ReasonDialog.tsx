import { Button, Modal, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { HELD, REASONS } from '@/approvals/decide';
import { useSpeech } from '@/words/speech';

type Props = {
  code: string | undefined;
  number: string;
  close: () => void;
  decide: (code: string, reason: string) => void;
};

/** Holding and refusing take a reason: the supplier reads it at once. */
export function ReasonDialog({ code, number, close, decide }: Props) {
  const { t } = useSpeech();
  const title = code === HELD ? t('approvals.hold_of', { number }) : t('approvals.refuse_of', { number });
  return (
    <Modal
      opened={code !== undefined}
      onClose={close}
      title={title}
      closeButtonProps={{ 'aria-label': t('shell.close') }}
    >
      {code && <Form code={code} decide={decide} />}
    </Modal>
  );
}

function Form({ code, decide }: { code: string; decide: (code: string, reason: string) => void }) {
  const { t } = useSpeech();
  const reasons = REASONS[code] ?? [];
  const [reason, setReason] = useState(reasons[0] ?? '');
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        decide(code, reason);
      }}
    >
      <NativeSelect
        data-autofocus
        label={t('approvals.reason')}
        value={reason}
        data={reasons.map((value) => ({ value, label: t(`reason.${value}` as 'reason.AUTRE') }))}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Button type="submit">{code === HELD ? t('approvals.hold') : t('approvals.refuse')}</Button>
    </form>
  );
}
