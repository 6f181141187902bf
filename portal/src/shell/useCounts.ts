import { $api } from '@/api/client';
import { OPEN } from '@/parts/status';
import { isBuyer, useSession } from '@/session/session';
import type { Place } from '@/shell/places';
import { useSpeech } from '@/words/speech';

type Count = { shown: string; alarm?: boolean };

/** How much waits at each place; asked once for the whole navigation, and again when something moves. */
export function useCounts(): Partial<Record<Place['word'], Count>> {
  const { count } = useSpeech();
  const buyer = isBuyer(useSession().company);
  const counts = $api.useQuery('get', '/v1/invoices/counts');
  const of = (box: 'sent' | 'received', state: string, open?: boolean) => {
    const found = counts.data?.filter(
      (each) => each.box === box && each.state === state && (!open || OPEN.has(each.status)),
    );
    const sum = found?.reduce((all, each) => all + each.count, 0);
    return sum ? count(sum) : '';
  };
  if (buyer) return { approvals: { shown: of('received', 'delivered', true) } };
  return {
    invoices: { shown: of('sent', 'failed'), alarm: true },
    drafts: { shown: of('sent', 'draft') },
  };
}
