import { Switch } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';
import type { components } from '@/api/generated/notifications';
import { Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { useSpeech } from '@/words/speech';

type Kind = components['schemas']['MailKind'];
const KINDS: Kind[] = [
  'failed',
  'refused',
  'on_hold',
  'approved',
  'paid',
  'new_invoice',
  'paper_refused',
  'webhook_disabled',
  'rule_failed',
];

/** Which mails one wants; each switch keeps itself. */
export function NotificationsRoom() {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const preferences = $api.useQuery('get', '/v1/preferences');
  const change = $api.useMutation('put', '/v1/preferences', {
    onSuccess: (kept) => queries.setQueryData(['get', '/v1/preferences', {}], kept),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['get', '/v1/preferences'] }),
  });
  if (!preferences.data) return preferences.error ? <ProblemNotice error={preferences.error} /> : <Waiting />;
  const { channel } = preferences.data;
  // a switch moves under the finger, and back if it could not be kept
  const mails = (change.isPending && change.variables.body.mails) || preferences.data.mails;
  return (
    <Panel title={t('settings.mails')}>
      <p className="soft">{t('settings.mails_lead')}</p>
      <ProblemNotice error={change.error} />
      <div className="stack switches">
        {KINDS.map((kind) => (
          <Switch
            key={kind}
            label={t(`settings.mail.${kind}`)}
            checked={mails[kind] ?? true}
            onChange={(event) =>
              change.mutate({ body: { channel, mails: { ...mails, [kind]: event.currentTarget.checked } } as never })
            }
          />
        ))}
      </div>
    </Panel>
  );
}
