import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { $api } from '@/api/client';
import { CashIn } from '@/approvals/CashIn';
import { Decisions } from '@/approvals/Decisions';
import { CASHED } from '@/approvals/decide';
import { FailedSummary } from '@/invoices/FailedSummary';
import { fileName } from '@/invoices/originals';
import { ProofPanel } from '@/invoices/ProofPanel';
import { InvoiceLines, SealedPage } from '@/invoices/Received';
import { Thread } from '@/invoices/Thread';
import { WaitsNotice } from '@/invoices/WaitsNotice';
import { PageHead, Panel } from '@/parts/Bits';
import { FileButton } from '@/parts/FileLink';
import { MayNot } from '@/parts/MayNot';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { StatusTag } from '@/parts/Status';
import { statusOf } from '@/parts/status';
import { useTitle } from '@/parts/useTitle';
import { Waiting } from '@/parts/Waiting';
import { WordsHelp } from '@/parts/WordsHelp';
import { isBuyer, useMay, useSession } from '@/session/session';
import { LiveMark } from '@/shell/LiveMark';
import { StuckNotice } from '@/tickets/StuckNotice';
import { useSpeech } from '@/words/speech';

/** The buyer agreed to pay, in whole or in part, has sent the money, or some of it has come. */
const PAYABLE = ['205', '206', '211', CASHED];

export function InvoicePage() {
  const { t, money, day } = useSpeech();
  const { company } = useSession();
  const mayWrite = useMay('invoice');
  const mayDecide = useMay('decide');
  const go = useNavigate();
  const queries = useQueryClient();
  const { invoiceId } = useParams({ from: '/inside/invoices/$invoiceId' });
  const params = { path: { invoice_id: invoiceId } };
  const invoice = $api.useQuery('get', '/v1/invoices/{invoice_id}', { params });
  const timeline = $api.useQuery('get', '/v1/invoices/{invoice_id}/timeline', { params });
  const credit = $api.useMutation('post', '/v1/invoices/{invoice_id}/credit-notes', {
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['get', '/v1/invoices'] });
      void go({ to: '/invoices/$invoiceId/edit', params: { invoiceId: id } });
    },
  });
  const read = $api.useMutation('post', '/v1/invoices/{invoice_id}/read', {
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['get', '/v1/invoices'] }),
  });
  const shown = invoice.data;
  // a link leads here whatever side one acts on
  const buyer = shown ? shown.supplier_id !== company.id : isBuyer(company);
  const received = buyer && shown !== undefined;
  const markRead = read.mutate;
  useEffect(() => {
    if (received) markRead({ params: { path: { invoice_id: invoiceId } } });
  }, [received, invoiceId, markRead]);
  useTitle(shown?.number ?? t('place.invoices'));
  if (!shown) return invoice.error ? <ProblemNotice error={invoice.error} /> : <Waiting />;
  const status = statusOf(shown);
  const left = shown.outstanding;
  const original = `/v1/archive/${shown.id}/original.pdf`;
  return (
    <>
      <PageHead
        over={
          <Link to="/invoices" search={{}} className="link back">
            {buyer ? t('place.received') : t('place.invoices')}
          </Link>
        }
        title={<span className="num">{shown.number || t('invoices.unnumbered')}</span>}
        lead={
          <>
            {buyer ? shown.supplier_name : shown.buyer_name}
            {shown.order_numbers.length > 0 && (
              <>
                {' '}
                · {t('invoices.order')} <span className="num">{shown.order_numbers.join(', ')}</span>
              </>
            )}
          </>
        }
        actions={
          <>
            {shown.archived_at && (
              <FileButton path={original} name={`${fileName(shown)}.pdf`}>
                {t('invoices.original')}
              </FileButton>
            )}
            {mayWrite && !buyer && shown.state === 'delivered' && shown.kind === 'invoice' && (
              <Button
                variant="default"
                loading={credit.isPending}
                onClick={() => credit.mutate({ params, body: {} as never })}
              >
                {t('invoices.credit')}
              </Button>
            )}
            {mayDecide && !buyer && PAYABLE.includes(shown.status ?? '') && left && Number(left) !== 0 && (
              <CashIn invoice={{ ...shown, due: left }} />
            )}
            {mayWrite && !buyer && (shown.state === 'draft' || shown.state === 'failed') && (
              <Button
                renderRoot={(props) => (
                  <Link to="/invoices/$invoiceId/edit" params={{ invoiceId: shown.id }} {...props} />
                )}
              >
                {shown.state === 'failed' ? t('invoices.correct') : t('invoices.continue')}
              </Button>
            )}
          </>
        }
      />
      <ProblemNotice error={credit.error} />
      <dl className="facts">
        <div>
          <dt>{t('invoices.due')}</dt>
          <dd className="num">{money(shown.due, shown.currency)}</dd>
        </div>
        <div>
          <dt>{t('orders.state')}</dt>
          <dd>
            <StatusTag status={status} code={shown.status} />
          </dd>
        </div>
        {shown.issue_date && (
          <div>
            <dt>{t('invoices.issued')}</dt>
            <dd>{day(shown.issue_date)}</dd>
          </div>
        )}
        {shown.due_date && (
          <div>
            <dt>{t('invoices.due_date')}</dt>
            <dd>{day(shown.due_date)}</dd>
          </div>
        )}
      </dl>
      {!buyer && shown.overdue && <StuckNotice invoice={shown} />}
      {!buyer && shown.state === 'submitted' && <WaitsNotice invoiceId={shown.id} />}
      {shown.state === 'failed' && <FailedSummary invoice={shown} />}
      <div className="grid-detail">
        <div className="stack">
          {received && shown.archived_at && (
            <>
              <Panel title={t('orders.lines')}>
                <InvoiceLines invoice={shown} />
              </Panel>
              <Panel>
                <SealedPage invoice={shown} />
              </Panel>
            </>
          )}
          <Panel title={t('invoices.thread')} actions={<LiveMark />}>
            {timeline.data ? <Thread entries={timeline.data.entries} invoice={shown} /> : <Waiting />}
            <ProblemNotice error={timeline.error} />
            <p className="under">
              <WordsHelp />
            </p>
          </Panel>
        </div>
        <div className="stack">
          {buyer && shown.state === 'delivered' && <Decisions invoice={shown} />}
          {!buyer && <MayNot act="invoice" />}
          {shown.archived_at && <ProofPanel invoice={shown} />}
        </div>
      </div>
    </>
  );
}
