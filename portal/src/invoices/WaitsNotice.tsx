import { $api } from '@/api/client';
import { Notice } from '@/parts/Bits';
import { useSpeech } from '@/words/speech';

/** A sent invoice whose check waits for something that is away, VIES for instance: in red, with the reason, until it goes on. */
export function WaitsNotice({ invoiceId }: { invoiceId: string }) {
  const { lang } = useSpeech();
  const waiting = $api.useQuery(
    'get',
    '/v1/checks/waiting',
    { params: { query: { invoice_id: invoiceId, language: lang } } },
    { refetchInterval: 10_000 },
  );
  return waiting.data?.map(({ invoice_id, finding, text }) => (
    <div className="above" role="status" key={invoice_id}>
      <Notice tone="bad" icon="stuck" rule={finding.rule}>
        {text}
      </Notice>
    </div>
  ));
}
