import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';
import { Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSpeech } from '@/words/speech';

/** Who asks to act for the company; let in, they read until somebody gives them more. */
export function AccessRequests() {
  const { t, day } = useSpeech();
  const queries = useQueryClient();
  const asked = $api.useQuery('get', '/v1/users/access-requests');
  const onSuccess = () => {
    void queries.invalidateQueries({ queryKey: ['get', '/v1/users/access-requests'] });
    void queries.invalidateQueries({ queryKey: ['get', '/v1/users'] });
  };
  const accept = $api.useMutation('post', '/v1/users/access-requests/{request_id}/accept', { onSuccess });
  const refuse = $api.useMutation('post', '/v1/users/access-requests/{request_id}/refuse', { onSuccess });
  if (!asked.data?.length) return null;
  return (
    <Panel title={t('settings.asks')} note={String(asked.data.length)}>
      <ProblemNotice error={accept.error ?? refuse.error} />
      <ul className="rows">
        {asked.data.map((request) => {
          const params = { path: { request_id: request.id } };
          return (
            <li key={request.id}>
              <div className="grow">
                <b>{request.name}</b> <span className="mail">{request.email}</span>
                <span className="soft small block">
                  {day(request.asked_at)} {request.message && `· ${request.message}`}
                  {request.proposed_by && <ProposedBy id={request.proposed_by} />}
                </span>
              </div>
              <Button
                size="xs"
                aria-label={`${t('settings.let_in')} ${request.name}`}
                onClick={() => accept.mutate({ params, body: { roles: ['viewer'] } })}
              >
                {t('settings.let_in')}
              </Button>
              {request.proposed_by && (
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`${t('settings.make_main')} ${request.name}`}
                  onClick={() => accept.mutate({ params, body: { roles: ['administrator'] } })}
                >
                  {t('settings.make_main')}
                </Button>
              )}
              <Button
                size="xs"
                variant="default"
                aria-label={`${t('partners.refuse')} ${request.name}`}
                onClick={() => refuse.mutate({ params })}
              >
                {t('partners.refuse')}
              </Button>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

/** The partner that proposes somebody as the main contact. */
function ProposedBy({ id }: { id: string }) {
  const { t } = useSpeech();
  const partner = $api.useQuery('get', '/v1/partners/{company_id}', { params: { path: { company_id: id } } });
  return <span className="block">{t('settings.proposed_by', { partner: partner.data?.legal_name ?? '…' })}</span>;
}
