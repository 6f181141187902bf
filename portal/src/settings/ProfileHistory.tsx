import { $api } from '@/api/client';
import { useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

/** Who changed accounts, addresses and contacts, and when. */
export function ProfileHistory() {
  const { t, moment } = useSpeech();
  const { company } = useSession();
  const versions = $api.useQuery('get', '/v1/companies/{company_id}/profile/versions', {
    params: { path: { company_id: company.id }, query: { limit: 20 } },
  });
  if (!versions.data?.length) return null;
  return (
    <details className="question">
      <summary>{t('profile.history')}</summary>
      <ul className="rows">
        {versions.data.map((each) => (
          <li key={each.version}>
            <span className="num">{moment(each.changed_at)}</span>
            <span className="grow">{each.person_name ?? t('profile.left')}</span>
            <span className="soft small">
              {t('profile.counts', {
                accounts: each.profile.bank_accounts?.length ?? 0,
                addresses: each.profile.billing_addresses?.length ?? 0,
                contacts: each.profile.contacts?.length ?? 0,
              })}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
