import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/api/client';
import type { Invoice } from '@/invoices/shapes';
import { Confirm } from '@/parts/Confirm';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useMay } from '@/session/session';
import { useSpeech } from '@/words/speech';

type Props = { chosen: readonly Invoice[]; done: () => void };

/** What is done to several invoices at once. What is thrown away comes back from the trash, and from here at once. */
export function BulkBar({ chosen, done }: Props) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const mayWrite = useMay('invoice');
  const again = () =>
    queries.invalidateQueries({ predicate: ({ queryKey }) => /^\/v1\/(invoices|trash)/.test(String(queryKey[1])) });
  const sealed = chosen.filter(({ archived_at }) => archived_at);
  const download = useMutation({
    mutationFn: async () => {
      const { hand, originals } = await import('@/invoices/originals');
      hand(await originals(sealed), t('lists.zip'));
    },
    onSuccess: done,
  });
  const params = (invoice: Invoice) => ({ params: { path: { invoice_id: invoice.id } } });
  const [asked, ask] = useState(false);
  const undo = useMutation({
    mutationFn: async (gone: Invoice[]) => {
      for (let next = gone[0]; next; next = gone[0]) {
        const { error } = await api.POST('/v1/trash/{invoice_id}/restore', params(next));
        if (error) throw error;
        gone.shift();
      }
    },
    onSettled: () => void again(),
  });
  const trash = useMutation({
    // what is gone is collected, so that it can come back even when a later one fails
    mutationFn: async (gone: Invoice[]) => {
      for (const invoice of chosen) {
        const { error } = await api.DELETE('/v1/invoices/{invoice_id}', params(invoice));
        if (error) throw error;
        gone.push(invoice);
      }
    },
    onSettled: (_, error, gone) => {
      ask(false);
      if (!error) done();
      void again();
      if (!gone.length) return;
      notifications.show({
        message: (
          <span className="row">
            {t('lists.trashed', { count: gone.length })}
            <Button size="compact-xs" variant="default" onClick={() => undo.mutate(gone)}>
              {t('lists.undo')}
            </Button>
          </span>
        ),
        autoClose: 10_000,
        closeButtonProps: { 'aria-label': t('shell.close') },
      });
    },
  });
  return (
    <>
      <div className="bulk" role="group" aria-label={t('lists.bulk')}>
        <span className="grow" role="status">
          {t('lists.picked', { count: chosen.length })}
        </span>
        <Button
          size="xs"
          variant="default"
          disabled={!sealed.length}
          loading={download.isPending}
          onClick={() => download.mutate()}
        >
          {t('lists.originals', { count: sealed.length })}
        </Button>
        {mayWrite && (
          <Button size="xs" variant="default" onClick={() => ask(true)}>
            {t('lists.trash')}
          </Button>
        )}
        <Button size="xs" variant="subtle" onClick={done}>
          {t('lists.unpick')}
        </Button>
      </div>
      <Confirm
        opened={asked}
        title={t('lists.trash_title', { count: chosen.length })}
        act={t('lists.trash')}
        acting={trash.isPending}
        close={() => ask(false)}
        confirm={() => trash.mutate([])}
      >
        {t('lists.trash_why')}
      </Confirm>
      <ProblemNotice error={download.error ?? trash.error ?? undo.error} />
    </>
  );
}
