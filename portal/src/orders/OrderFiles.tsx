import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { $api } from '@/api/client';
import { sendFile } from '@/api/files';
import { Empty, PageHead } from '@/parts/Bits';
import { DropZone } from '@/parts/DropZone';
import { FileLink } from '@/parts/FileLink';
import { MayNot } from '@/parts/MayNot';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useTitle } from '@/parts/useTitle';
import { Waiting } from '@/parts/Waiting';
import { useMay } from '@/session/session';
import { useSpeech } from '@/words/speech';

const AGAIN_MS = 1000;
/** A browser names some files by the program that opens them; the service asks what they are. */
const TYPES: Record<string, string> = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  jsonl: 'application/x-ndjson',
  zip: 'application/zip',
  xml: 'application/xml',
};
const typed = (file: File) =>
  new File([file], file.name, { type: TYPES[file.name.split('.').at(-1)?.toLowerCase() ?? ''] ?? file.type });

/** Orders and receipts of a buyer by file, with what became of each. */
export function OrderFiles() {
  const { t, moment } = useSpeech();
  const queries = useQueryClient();
  const mayWrite = useMay('order');
  const units = $api.useQuery('get', '/v1/units');
  // Said only where there is no choice: it would go before what each order says of its own unit.
  const [only, ...others] = units.data ?? [];
  const unit = others.length ? undefined : only?.id;
  const list = $api.useQuery(
    'get',
    '/v1/order-files',
    { params: { query: { limit: 50 } } },
    {
      refetchInterval: ({ state }) =>
        state.data?.items.some((file) => file.state === 'waiting' || file.state === 'running') ? AGAIN_MS : false,
    },
  );
  const send = useMutation({
    mutationFn: (file: File) =>
      sendFile('/v1/order-files', { name: file.name, ...(unit ? { unit } : {}) }, typed(file)),
    onSettled: () =>
      void queries.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith('/v1/order') }),
  });
  useTitle(t('files.title'));
  return (
    <>
      <PageHead
        over={
          <Link to="/orders" search={{}} className="link back">
            {t('place.orders')}
          </Link>
        }
        title={t('files.title')}
        lead={t('files.lead')}
      />
      <div className="stack">
        <MayNot act="order" />
        {mayWrite && (
          <DropZone
            word={t('files.choose')}
            accept=".csv,.ndjson,.jsonl,.xml,.zip"
            busy={send.isPending}
            take={([file]) => file && send.mutate(file)}
          />
        )}
        <ProblemNotice error={send.error ?? list.error ?? units.error} />
        <div className="panel" data-flush>
          {list.isPending && <Waiting rows={3} />}
          {list.data?.items.length === 0 && <Empty title={t('files.none')} />}
          <ul className="rows padded" aria-live="polite">
            {list.data?.items.map((file) => (
              <li key={file.id}>
                <div className="grow">
                  <b>{file.name}</b>
                  <span className="soft small block">
                    {moment(file.created_at)} · {t(`files.state.${file.state}`)} ·{' '}
                    {t('files.counts', { taken: file.taken, unchanged: file.unchanged, rejected: file.rejected })}
                  </span>
                  {file.failure.map(({ code, reason }) => (
                    <span key={code} className="small block">
                      {reason} <code className="rule">{code}</code>
                    </span>
                  ))}
                </div>
                {file.rejected > 0 && (
                  <FileLink path={`/v1/order-files/${file.id}/report.csv`} name={`report-${file.id}.csv`}>
                    {t('files.report')}
                  </FileLink>
                )}
              </li>
            ))}
          </ul>
        </div>
      </div>
    </>
  );
}
