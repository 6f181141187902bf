import { useNavigate } from '@tanstack/react-router';
import { type Side, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

/** Whom one acts for; a choice when there are several. */
export function Company({ rail }: { rail: boolean }) {
  const { t } = useSpeech();
  const { who, company, choose, side: mine, chooseSide } = useSession();
  const go = useNavigate();
  const side = company.supplier ? t('shell.supplier') : company.buyer ? t('shell.buyer') : t('shell.operator');
  const tile = company.legal_name
    .split(/\s+/)
    .map((word) => word[0])
    .slice(0, 2)
    .join('')
    .toUpperCase();
  return (
    <div className="company" title={rail ? company.legal_name : undefined}>
      <span className="company-tile" aria-hidden="true">
        {tile}
      </span>
      <span className="nav-word grow">
        {who.companies.length > 1 ? (
          <select
            className="company-choice"
            aria-label={t('shell.company')}
            value={company.id}
            onChange={(event) => choose(event.currentTarget.value)}
          >
            {who.companies.map(({ id, legal_name }) => (
              <option key={id} value={id}>
                {legal_name}
              </option>
            ))}
          </select>
        ) : (
          <b className="clip">{company.legal_name}</b>
        )}
        {mine ? (
          <select
            className="company-choice soft"
            aria-label={t('shell.side')}
            value={mine}
            onChange={(event) => {
              chooseSide(event.currentTarget.value as Side);
              void go({ to: '/' });
            }}
          >
            <option value="supplier">{t('shell.supplier')}</option>
            <option value="buyer">{t('shell.buyer')}</option>
          </select>
        ) : (
          <span className="soft">{side}</span>
        )}
      </span>
    </div>
  );
}
