import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';
import { Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { useSpeech } from '@/words/speech';

/** The browsers one is signed in with; each can be signed out from here. */
export function Sessions() {
  const { t, moment } = useSpeech();
  const queries = useQueryClient();
  const sessions = $api.useQuery('get', '/v1/session/sessions');
  const onSuccess = () => void queries.invalidateQueries({ queryKey: ['get', '/v1/session/sessions'] });
  const end = $api.useMutation('delete', '/v1/session/sessions/{session_id}', { onSuccess });
  const endOthers = $api.useMutation('delete', '/v1/session/sessions', { onSuccess });
  const known = sessions.data ?? [];
  return (
    <Panel
      title={t('security.sessions')}
      actions={
        known.length > 1 && (
          <Button size="xs" variant="default" loading={endOthers.isPending} onClick={() => endOthers.mutate({})}>
            {t('security.end_others')}
          </Button>
        )
      }
    >
      <ProblemNotice error={sessions.error ?? end.error ?? endOthers.error} />
      {sessions.isPending && <Waiting rows={3} />}
      <ul className="rows">
        {known.map((session) => (
          <li key={session.id}>
            <div className="grow">
              <b>{session.current ? t('security.here') : browserOf(session.browser) || t('security.unknown')}</b>
              <span className="soft small block">
                {t('security.seen', { moment: moment(session.seen_at), network: session.network })}
              </span>
            </div>
            {!session.current && (
              <Button
                size="xs"
                variant="default"
                onClick={() => end.mutate({ params: { path: { session_id: session.id } } })}
              >
                {t('security.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** The name in a user agent that people know. */
function browserOf(agent: string): string {
  const name = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'].find((each) => agent.includes(`${each}/`));
  const system = ['Windows', 'Android', 'iPhone', 'iPad', 'Mac OS', 'Linux'].find((each) => agent.includes(each));
  const shown = name === 'Edg' ? 'Edge' : name === 'OPR' ? 'Opera' : name;
  return [shown, system].filter(Boolean).join(' · ') || agent.slice(0, 60);
}
