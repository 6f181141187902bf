import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { $api, actingHeaders, api } from '@/api/client';
import { fileName } from '@/invoices/originals';
import { Notice, Panel } from '@/parts/Bits';
import { FileLink } from '@/parts/FileLink';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSpeech } from '@/words/speech';

/** What the archive holds of this invoice, and whether the original is still what was deposited. */
export function ProofPanel({ invoice }: { invoice: { id: string; number: string } }) {
  const invoiceId = invoice.id;
  const { t, count, day } = useSpeech();
  const params = { path: { invoice_id: invoiceId } };
  const named = $api.useQuery('get', '/v1/archive', { params: { query: { number: invoice.number, limit: 50 } } });
  const original = named.data?.items.find((each) => each.invoice_id === invoiceId);
  const proof = $api.useQuery('get', '/v1/archive/{invoice_id}/proof', { params }, { retry: false });
  const verify = useMutation({
    mutationFn: async () => {
      const original = await fetch(`/v1/archive/${invoiceId}/original.pdf`, { headers: actingHeaders() });
      if (!original.ok) throw await original.json();
      return verifyFile(await original.blob());
    },
  });
  const leaf =
    proof.data &&
    (JSON.parse(proof.data.leaf) as { sequence?: number; sha256?: { sealed?: string; original?: string } });
  return (
    <Panel
      title={t('archive.proof')}
      actions={
        <Button size="xs" variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
          {t('archive.verify')}
        </Button>
      }
    >
      <div role="status">
        {verify.data && <Verdict verified={verify.data} />}
        <ProblemNotice error={verify.error} />
      </div>
      {proof.data && leaf && (
        <dl className="proof">
          <dt>{t('archive.seal')}</dt>
          <dd>{t('archive.technical')}</dd>
          {leaf.sequence !== undefined && (
            <>
              <dt>{t('archive.sequence')}</dt>
              <dd className="num">{count(leaf.sequence)}</dd>
            </>
          )}
          {original && (
            <>
              <dt>{t('archive.kept')}</dt>
              <dd>{day(original.retain_until)}</dd>
            </>
          )}
          <dt>{t('archive.leaf')}</dt>
          <dd className="num">
            {count(proof.data.leaf_index)} / {count(proof.data.tree_size)}
          </dd>
          <dt>{t('archive.root')}</dt>
          <dd>
            <code>{proof.data.root.slice(0, 16)}…</code>
          </dd>
        </dl>
      )}
      <p className="row wrap gap">
        <FileLink path={`/v1/archive/${invoiceId}/bundle.zip`} name={`${fileName(invoice)}.zip`}>
          {t('archive.bundle')}
        </FileLink>
        <FileLink path={`/v1/archive/${invoiceId}/invoice.xml`} name={`${fileName(invoice)}.xml`}>
          {t('archive.data')}
        </FileLink>
        {original?.archive_option && (
          <FileLink path={`/v1/archive/${invoiceId}/container.asice`} name={`${fileName(invoice)}.asice`}>
            {t('archive.asice')}
          </FileLink>
        )}
      </p>
      {original && !original.archive_option && <p className="soft small">{t('archive.no_container_why')}</p>}
    </Panel>
  );
}

export async function verifyFile(file: Blob) {
  const { data, error } = await api.POST('/v1/archive/verify', {
    headers: { 'Content-Type': 'application/pdf' },
    body: file as never,
    bodySerializer: (body: unknown) => body as Blob,
  });
  if (!data) throw error;
  return data;
}

export function Verdict({
  verified,
}: {
  verified: { original: boolean; stored_intact?: boolean | null; sha256: string };
}) {
  const { t } = useSpeech();
  const intact = verified.original && verified.stored_intact !== false;
  return (
    <Notice
      tone={intact ? 'ok' : 'bad'}
      icon={intact ? 'approved' : 'failed'}
      title={intact ? t('archive.intact') : t('archive.altered')}
    >
      {intact ? t('archive.intact_why') : t('archive.altered_why')}{' '}
      <code className="rule">{verified.sha256.slice(0, 12)}</code>
    </Notice>
  );
}
