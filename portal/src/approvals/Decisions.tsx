import { Button } from '@mantine/core';
import { useState } from 'react';
import { APPROVED, HELD, REFUSED, useDecide } from '@/approvals/decide';
import { ReasonDialog } from '@/approvals/ReasonDialog';
import { Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSpeech } from '@/words/speech';

/** Approve, hold or refuse, on the invoice's own page. */
export function Decisions({ invoice }: { invoice: { id: string; number: string; status?: string | null } }) {
  const { t } = useSpeech();
  const [asking, ask] = useState<string>();
  const decide = useDecide(() => ask(undefined));
  const set = (code: string, reasons: string[]) =>
    decide.mutate({ params: { path: { invoice_id: invoice.id } }, body: { code, reasons } as never });
  return (
    <Panel title={t('approvals.decide')}>
      <ProblemNotice error={decide.error} />
      <div className="row acts">
        <Button className="grow" loading={decide.isPending} onClick={() => set(APPROVED, [])}>
          {t('approvals.approve')}
        </Button>
        <Button variant="default" onClick={() => ask(HELD)}>
          {t('approvals.hold')}
        </Button>
        <Button variant="default" onClick={() => ask(REFUSED)}>
          {t('approvals.refuse')}
        </Button>
      </div>
      <ReasonDialog
        code={asking}
        number={invoice.number}
        close={() => ask(undefined)}
        decide={(code, reason) => set(code, [reason])}
      />
    </Panel>
  );
}
