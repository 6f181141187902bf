import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/api/client';
import type { Invoice } from '@/invoices/shapes';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSpeech } from '@/words/speech';

type Props = { chosen: readonly Invoice[]; done: () => void };

/** What is done to several invoices at once. What is thrown away comes back from the trash, and from here at once. */
export function BulkBar({ chosen, done }: Props) {
  const { t } = useSpeech();
  const queries = useQueryClient();
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
  const each = (what: (invoice: Invoice) => Promise<{ error?: unknown }>) => async () => {
    for (const invoice of chosen) {
      const { error } = await what(invoice);
      if (error) throw error;
    }
  };
  const params = (invoice: Invoice) => ({ params: { path: { invoice_id: invoice.id } } });
  const undo = useMutation({
    mutationFn: each((invoice) => api.POST('/v1/trash/{invoice_id}/restore', params(invoice))),
    onSuccess: () => void again(),
  });
  const trash = useMutation({
    mutationFn: each((invoice) => api.DELETE('/v1/invoices/{invoice_id}', params(invoice))),
    onSuccess: () => {
      notifications.show({
        message: (
          <span className="row">
            {t('lists.trashed', { count: chosen.length })}
            <Button size="compact-xs" variant="default" onClick={() => undo.mutate()}>
              {t('lists.undo')}
            </Button>
          </span>
        ),
        autoClose: 10_000,
        closeButtonProps: { 'aria-label': t('shell.close') },
      });
      done();
      void again();
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
        <Button size="xs" variant="default" loading={trash.isPending} onClick={() => trash.mutate()}>
          {t('lists.trash')}
        </Button>
        <Button size="xs" variant="subtle" onClick={done}>
          {t('lists.unpick')}
        </Button>
      </div>
      <ProblemNotice error={download.error ?? trash.error ?? undo.error} />
    </>
  );
}
