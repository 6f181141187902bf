import { Button, FileButton } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';
import { Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { runs, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

/** The company's logo, as it is and on the white of a page. */
export function Logo() {
  const { t } = useSpeech();
  const { company } = useSession();
  const queries = useQueryClient();
  const params = { path: { company_id: company.id } };
  const logo = $api.useQuery('get', '/v1/companies/{company_id}/logo', { params });
  // The logo is part of the company: its form must know the version that this change made.
  const onSuccess = () =>
    Promise.all(
      (['/v1/companies/{company_id}/logo', '/v1/companies/{company_id}'] as const).map((path) =>
        queries.invalidateQueries({ queryKey: ['get', path] }),
      ),
    );
  const set = $api.useMutation('put', '/v1/companies/{company_id}/logo', { onSuccess });
  const remove = $api.useMutation('delete', '/v1/companies/{company_id}/logo', { onSuccess });
  const take = (file: File | null) => {
    if (!file) return;
    const reader = new FileReader();
    reader.onload = () => set.mutate({ params, body: { content: String(reader.result).split(',')[1] ?? '' } });
    reader.readAsDataURL(file);
  };
  return (
    <Panel title={t('profile.logo')}>
      <div className="stack">
        <ProblemNotice error={logo.error ?? set.error ?? remove.error} />
        <div className="row wrap">
          <div className="logo-paper">
            {logo.data ? (
              <img
                src={`data:${logo.data.media_type};base64,${logo.data.content}`}
                alt={t('profile.logo_of', { company: company.legal_name })}
              />
            ) : (
              <span>{t('profile.no_logo')}</span>
            )}
          </div>
          {runs(company) && (
            <>
              <FileButton accept="image/png,image/jpeg" onChange={take}>
                {(props) => (
                  <Button variant="default" loading={set.isPending} {...props}>
                    {t('profile.choose')}
                  </Button>
                )}
              </FileButton>
              {logo.data && (
                <Button variant="default" onClick={() => remove.mutate({ params })}>
                  {t('settings.remove')}
                </Button>
              )}
            </>
          )}
        </div>
        <p className="soft small">{t('profile.logo_why')}</p>
      </div>
    </Panel>
  );
}
