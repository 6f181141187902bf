import { Button, Checkbox } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api } from '@/api/client';
import { Notice, Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { runs, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

const METHODS = ['totp', 'passkey', 'sms', 'email'] as const;
type Method = (typeof METHODS)[number];
const STRONG: readonly string[] = ['totp', 'passkey'];

/** Which second factors the company allows its people. Everybody reads it, administrators change it. */
export function SignInPolicy() {
  const { company } = useSession();
  const params = { path: { company_id: company.id } };
  const policy = $api.useQuery('get', '/v1/companies/{company_id}/sign-in-policy', { params });
  const { t } = useSpeech();
  return (
    <Panel title={t('policy.title')}>
      <ProblemNotice error={policy.error} />
      {policy.isPending && <Waiting rows={2} />}
      {policy.data && <Choice stands={policy.data.methods as Method[]} />}
    </Panel>
  );
}

function Choice({ stands }: { stands: Method[] }) {
  const { t } = useSpeech();
  const { company } = useSession();
  const queries = useQueryClient();
  const [chosen, choose] = useState<string[]>(stands);
  const set = $api.useMutation('put', '/v1/companies/{company_id}/sign-in-policy', {
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['get', '/v1/companies/{company_id}/sign-in-policy'] });
      notifications.show({ message: t('settings.kept'), closeButtonProps: { 'aria-label': t('shell.close') } });
    },
  });
  const mayChange = runs(company);
  const weaker = chosen.some((method) => !STRONG.includes(method));
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        set.mutate({ params: { path: { company_id: company.id } }, body: { methods: chosen as Method[] } });
      }}
    >
      <ProblemNotice error={set.error} />
      <Checkbox.Group label={t('policy.methods')} value={chosen} onChange={choose}>
        <div className="two role-choice">
          {METHODS.map((method) => (
            <Checkbox
              key={method}
              value={method}
              disabled={!mayChange}
              label={t(`policy.method.${method}`)}
              description={t(`policy.about.${method}`)}
            />
          ))}
        </div>
      </Checkbox.Group>
      {!weaker && chosen.length > 0 && (
        <Notice tone="info" icon="approved">
          {t('policy.strong')}
        </Notice>
      )}
      {mayChange ? (
        <div className="row">
          <Button type="submit" disabled={!chosen.length} loading={set.isPending}>
            {t('settings.keep')}
          </Button>
        </div>
      ) : (
        <p className="soft">{t('profile.ask_administrator')}</p>
      )}
    </form>
  );
}
