import { useEffect } from 'react';
import { $api } from '@/api/client';
import { Panel } from '@/parts/Bits';
import { useSpeech } from '@/words/speech';

/** What nobody wrote into an invoice: each term, and the document or company that it is from. */
export function Filled({ invoiceId, version }: { invoiceId: string; version: number | undefined }) {
  const { t } = useSpeech();
  const params = { path: { invoice_id: invoiceId } };
  const { data, refetch } = $api.useQuery('get', '/v1/invoices/{invoice_id}/document', { params });
  useEffect(() => {
    if (version) void refetch();
  }, [version, refetch]);
  const marks = (data?.filled ?? []).filter(({ pointer }) => !pointer.startsWith('/lines/'));
  if (marks.length === 0) return null;
  return (
    <Panel title={t('convert.filled.title')} note={t('convert.filled.why')}>
      <ul className="rows">
        {marks.map(({ pointer, source, number }) => (
          <li key={pointer}>
            <span className="grow">
              {t(`convert.filled.term.${pointer.split('/')[1]}` as 'convert.filled.term.delivery')}
            </span>
            <span className="soft small num">{t(`convert.filled.source.${source}`, { number })}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
