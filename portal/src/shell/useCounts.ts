import { $api } from '@/api/client';
import { waitingOf } from '@/approvals/waiting';
import { isBuyer, useSession } from '@/session/session';
import type { Place } from '@/shell/places';
import { useSpeech } from '@/words/speech';

type Count = { shown: string; alarm?: boolean };

/** How much waits at each place; asked once for the whole navigation, and again when something moves. */
export function useCounts(): Partial<Record<Place['word'], Count>> {
  const { count } = useSpeech();
  const buyer = isBuyer(useSession().company);
  const counts = $api.useQuery('get', '/v1/invoices/counts');
  const said = (sum: number) => (sum ? count(sum) : '');
  const sent = (state: string) =>
    said(
      (counts.data ?? [])
        .filter((each) => each.box === 'sent' && each.state === state)
        .reduce((all, each) => all + each.count, 0),
    );
  if (buyer) return { approvals: { shown: said(waitingOf(counts.data ?? [])) } };
  return {
    invoices: { shown: sent('failed'), alarm: true },
    drafts: { shown: sent('draft') },
  };
}
