import { Link } from '@tanstack/react-router';
import type { components } from '@/api/generated/invoicing';
import { Icon, type IconName } from '@/parts/Icon';
import type { Tone } from '@/parts/status';
import { refusal } from '@/words/refusals';
import { useSpeech } from '@/words/speech';

type Upload = components['schemas']['Upload'];
type Outcome = components['schemas']['UploadedFile']['outcome'];

const LOOKS: Record<Outcome, { icon: IconName; tone: Tone }> = {
  accepted: { icon: 'approved', tone: 'ok' },
  draft: { icon: 'draft', tone: 'warn' },
  reported: { icon: 'refused', tone: 'bad' },
};

/** What became of each file: ready, to be completed, or refused with every reason. */
export function UploadedFiles({ uploads }: { uploads: readonly Upload[] }) {
  const { t } = useSpeech();
  return (
    <ul className="rows">
      {uploads.flatMap((upload) =>
        upload.files.map((file) => (
          <li key={`${upload.id}${file.name}${file.line ?? ''}`} className="top-row">
            <span className="status" data-tone={LOOKS[file.outcome].tone}>
              <Icon name={LOOKS[file.outcome].icon} size={17} />
              <span className="status-word">{t(`uploads.outcome.${file.outcome}`)}</span>
            </span>
            <div className="grow">
              <b>{file.name}</b>
              {file.matches.length > 0 && (
                <span className="soft small block">{t('uploads.matched', { count: file.matches.length })}</span>
              )}
              {file.filled.length > 0 && (
                <span className="soft small block">{t('uploads.filled', { count: file.filled.length })}</span>
              )}
              {file.findings.map((finding) => (
                <span key={`${finding.rule}${finding.pointer}`} className="small block">
                  {refusal(finding.rule, finding.detail ?? '')} <code className="rule">{finding.rule}</code>
                </span>
              ))}
            </div>
            {file.invoice_id && (
              <Link
                to="/invoices/$invoiceId/edit"
                params={{ invoiceId: file.invoice_id }}
                className="link"
                aria-label={`${t('uploads.open')} ${file.name}`}
              >
                {t('uploads.open')}
              </Link>
            )}
          </li>
        )),
      )}
    </ul>
  );
}
