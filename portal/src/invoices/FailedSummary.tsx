import { Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/generated/invoicing';
import type { components as Validation } from '@/api/generated/validation';
import { FixedBy } from '@/convert/FixedBy';
import { placeOf, shownAt } from '@/convert/places';
import { useFindings } from '@/convert/useFindings';
import { Icon } from '@/parts/Icon';
import { useMay } from '@/session/session';
import { refusal } from '@/words/refusals';
import { useSpeech } from '@/words/speech';

/** What a check found, as the failure keeps it. */
type Finding = Validation['schemas']['Finding'];

/** Why it failed, kindly: first what is not lost, then each point and the way to it. */
export function FailedSummary({ invoice }: { invoice: components['schemas']['InvoiceDetail'] }) {
  const { t } = useSpeech();
  const box = useRef<HTMLDivElement>(null);
  const document = $api.useQuery('get', '/v1/invoices/{invoice_id}/document', {
    params: { path: { invoice_id: invoice.id } },
  });
  const checked = useFindings(document.data?.document, invoice.unit_id, invoice.version);
  const texts = checked.data?.findings ?? [];
  const asking = document.isPending || checked.isLoading;
  const mayWrite = useMay('invoice');
  const begun = useRef(false);
  useEffect(() => {
    // the first point has the focus once it is there, unless somebody went on meanwhile
    const first = asking ? null : box.current?.querySelector<HTMLElement>('.kind-list a');
    if (begun.current && window.document.activeElement !== box.current) return;
    begun.current = true;
    (first ?? box.current)?.focus({ preventScroll: true });
  }, [asking]);
  // what was found is told in its own words where it cannot be asked again
  const told = (rule: string, detail: string) =>
    texts.find(({ finding }) => finding.rule === rule)?.text ?? (refusal(rule, detail) || t('failed.untold'));
  // a warning stopped nothing: it is said where the invoice is written, not here
  const found = ((invoice.failure?.findings ?? []) as Finding[]).filter(({ severity }) => severity === 'fatal');
  return (
    <div className="kind" ref={box} tabIndex={-1} role="group" aria-labelledby="kind-title">
      <Icon name="failed" size={26} />
      <div className="grow">
        <h2 id="kind-title">{found.length ? t('failed.title', { count: found.length }) : t('failed.stopped')}</h2>
        <p>{t('failed.kept', { buyer: invoice.buyer_name, number: invoice.number })}</p>
        {invoice.failure?.reason && (
          <p>
            {t(`failed.reason.${invoice.failure.reason}` as 'failed.reason.RULES_BROKEN', { defaultValue: '' })}{' '}
            <code className="rule">{invoice.failure.reason}</code>
          </p>
        )}
        <ul className="kind-list">
          {found.map((finding, i) => {
            const { rule, detail = '', fixed_by: by } = finding;
            const place = shownAt(placeOf(finding));
            return (
              <li key={`${rule}${i}`}>
                <Icon name="chevron" size={15} />
                {asking ? (
                  <Skeleton height={14} width="60%" role="status" aria-label={t('shell.loading')} />
                ) : (
                  <span>
                    {mayWrite ? (
                      <Link to="/invoices/$invoiceId/edit" params={{ invoiceId: invoice.id }} hash={place || undefined}>
                        {told(rule, detail)}
                      </Link>
                    ) : (
                      told(rule, detail)
                    )}{' '}
                    {by && <FixedBy by={by} />}
                  </span>
                )}
                <code className="rule">{rule}</code>
              </li>
            );
          })}
        </ul>
        <Link to="/help/{-$article}" params={{ article: 'failed' }} className="link">
          {t('help.explain')}
        </Link>
      </div>
    </div>
  );
}
