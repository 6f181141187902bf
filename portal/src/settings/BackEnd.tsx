import { $api } from '@/api/client';
import { Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

/** The programs that the company is connected with: it reads them, support sets them up. */
export function BackEnd() {
  const { t, day } = useSpeech();
  const { company } = useSession();
  const versions = $api.useQuery('get', '/v1/companies/{company_id}/back-end', {
    params: { path: { company_id: company.id } },
  });
  const [latest] = versions.data ?? [];
  return (
    <Panel title={t('settings.systems')} note={latest && t('settings.systems_since', { day: day(latest.changed_at) })}>
      <ProblemNotice error={versions.error} />
      {versions.isSuccess && !latest?.systems.length && <p className="soft">{t('settings.no_system')}</p>}
      <ul className="rows">
        {latest?.systems.map((system) => (
          <li key={system.name}>
            <div className="grow">
              <b>{system.name}</b> {system.product && <span className="soft">{system.product}</span>}
              <span className="soft small block">
                {[t(`settings.channel.${system.channel}`), ...(system.formats ?? []), system.client_id, system.contact]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
              {system.note && <span className="small block">{system.note}</span>}
            </div>
          </li>
        ))}
      </ul>
      <p className="soft small">{t('settings.systems_why')}</p>
    </Panel>
  );
}
