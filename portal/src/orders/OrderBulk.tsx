import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/api/client';
import type { Order } from '@/orders/shapes';
import { MayNot } from '@/parts/MayNot';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useMay } from '@/session/session';
import { useSpeech } from '@/words/speech';

type Act = 'accept' | 'archive' | 'close';
type Props = { chosen: readonly Order[]; buyer: boolean; done: () => void };

const MAY: Record<Act, (order: Order) => boolean> = {
  accept: ({ status }) => status === 'published',
  archive: () => true,
  close: ({ status }) => status !== 'closed',
};
const order = (id: string) => ({ params: { path: { order_id: id } } });
const ACT: Record<Act, (id: string) => Promise<{ error?: unknown }>> = {
  accept: (id) => api.POST('/v1/orders/{order_id}/accept', order(id)),
  archive: (id) => api.POST('/v1/orders/{order_id}/archive', order(id)),
  close: (id) => api.POST('/v1/orders/{order_id}/close', order(id)),
};

/** What is done to several orders at once: the supplier accepts them or puts them away, the buyer closes them. */
export function OrderBulk({ chosen, buyer, done }: Props) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const run = useMutation({
    mutationFn: async (act: Act) => {
      for (const { id } of chosen.filter(MAY[act])) {
        const { error } = await ACT[act](id);
        if (error) throw error;
      }
    },
    onSuccess: done,
    // some may be done even when a later one fails
    onSettled: () => void queries.invalidateQueries({ queryKey: ['get', '/v1/orders'] }),
  });
  const mayWrite = useMay('order');
  const acts: Act[] = !mayWrite ? [] : buyer ? ['close'] : ['accept', 'archive'];
  return (
    <>
      <div className="bulk" role="group" aria-label={t('orders.bulk')}>
        <span className="grow" role="status">
          {t('lists.picked', { count: chosen.length })}
        </span>
        {acts.map((act) => {
          const count = chosen.filter(MAY[act]).length;
          return (
            <Button
              key={act}
              size="xs"
              variant="default"
              disabled={!count}
              loading={run.isPending && run.variables === act}
              onClick={() => run.mutate(act)}
            >
              {t(`orders.several.${act}`, { count })}
            </Button>
          );
        })}
        <Button size="xs" variant="subtle" onClick={done}>
          {t('lists.unpick')}
        </Button>
      </div>
      <MayNot act="order" />
      <ProblemNotice error={run.error} />
    </>
  );
}
