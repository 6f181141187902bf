import { Button } from '@mantine/core';
import { useState } from 'react';
import { CASHED, useDecide } from '@/approvals/decide';
import { StatusDialog } from '@/approvals/StatusDialog';
import { useSpeech } from '@/words/speech';

type Invoice = { id: string; number: string; due: string; currency: string };

/** The supplier says that the money has come (212): the tax office and the buyer read it. */
export function CashIn({ invoice }: { invoice: Invoice }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  const decide = useDecide(() => setOpen(false));
  return (
    <>
      <Button
        variant="default"
        onClick={() => {
          if (decide.isError) decide.reset();
          setOpen(true);
        }}
      >
        {t('approvals.do.212')}
      </Button>
      <StatusDialog
        code={open ? CASHED : undefined}
        invoice={invoice}
        sending={decide.isPending}
        error={decide.error}
        close={() => setOpen(false)}
        say={(body) => decide.mutate({ params: { path: { invoice_id: invoice.id } }, body: body as never })}
      />
    </>
  );
}
