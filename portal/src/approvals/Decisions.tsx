import { Button } from '@mantine/core';
import { useState } from 'react';
import { APPROVED, type Code, HELD, REFUSED, useDecide } from '@/approvals/decide';
import { StatusDialog } from '@/approvals/StatusDialog';
import { Panel } from '@/parts/Bits';
import { MayNot } from '@/parts/MayNot';
import { useMay } from '@/session/session';
import { useSpeech } from '@/words/speech';

type Invoice = { id: string; number: string; due: string; currency: string; due_date?: string | null };

/** Approve, hold, refuse, or say anything else that a buyer may say, on the invoice's own page. */
export function Decisions({ invoice }: { invoice: Invoice }) {
  const { t } = useSpeech();
  const [asking, ask] = useState<Code | 'choose'>();
  const decide = useDecide(() => ask(undefined));
  const open = (code: Code | 'choose') => {
    if (decide.isError) decide.reset();
    ask(code);
  };
  if (!useMay('decide')) return <MayNot act="decide" />;
  return (
    <Panel title={t('approvals.decide')}>
      <div className="row acts">
        <Button className="grow" onClick={() => open(APPROVED)}>
          {t('approvals.approve')}
        </Button>
        <Button variant="default" onClick={() => open(HELD)}>
          {t('approvals.hold')}
        </Button>
        <Button variant="default" onClick={() => open(REFUSED)}>
          {t('approvals.refuse')}
        </Button>
      </div>
      <Button variant="subtle" size="xs" onClick={() => open('choose')}>
        {t('approvals.other')}
      </Button>
      <StatusDialog
        code={asking}
        invoice={invoice}
        sending={decide.isPending}
        error={decide.error}
        close={() => ask(undefined)}
        say={(body) => decide.mutate({ params: { path: { invoice_id: invoice.id } }, body: body as never })}
      />
    </Panel>
  );
}
