import { Button, Checkbox, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';
import { byField, isProblem } from '@/api/problem';
import { Empty, Notice, Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { runs, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

const SCOPES = [
  'orders:read',
  'orders:write',
  'receipts:write',
  'invoices:read',
  'invoices:write',
  'statuses:write',
  'feed:read',
  'webhooks:read',
  'webhooks:write',
  'archive:read',
] as const;
/** While programs take over a new key, the older one still works. */
const OVERLAP_HOURS = 24;

/** Programs that act for the company: their keys are shown once, and replaced without a stop. */
export function Keys() {
  const { t, day } = useSpeech();
  const { company } = useSession();
  const queries = useQueryClient();
  const path = { company_id: company.id };
  const mayChange = runs(company);
  const list = $api.useQuery('get', '/v1/companies/{company_id}/clients', { params: { path } }, { enabled: mayChange });
  const again = () => void queries.invalidateQueries({ queryKey: ['get', '/v1/companies/{company_id}/clients'] });
  const form = useForm({ initialValues: { name: '', scopes: ['invoices:read'] as string[] } });
  const make = $api.useMutation('post', '/v1/companies/{company_id}/clients', {
    onSuccess: () => {
      form.reset();
      again();
    },
    onError: (error: unknown) => isProblem(error) && form.setErrors(byField(error)),
  });
  const rotate = $api.useMutation('post', '/v1/companies/{company_id}/clients/{client_id}/rotate', {
    onSuccess: again,
  });
  const end = $api.useMutation('delete', '/v1/companies/{company_id}/clients/{client_id}', { onSuccess: again });
  const fresh = rotate.data ?? make.data;
  if (!mayChange) return <p className="soft">{t('settings.only_administrators')}</p>;
  return (
    <div className="stack">
      <Panel title={t('keys.title')} note={t('keys.note')} flush>
        <ProblemNotice error={list.error ?? rotate.error ?? end.error} />
        <div role="status" className="pad-notice">
          {fresh && (
            <Notice tone="warn" icon="blocked" title={t('keys.once')}>
              <span className="block">
                {t('keys.id')} <code className="rule">{fresh.id}</code>
              </span>
              <span className="block">
                {t('keys.secret')} <code className="rule">{fresh.secret}</code>
              </span>
            </Notice>
          )}
        </div>
        {list.isPending && <Waiting rows={3} />}
        {list.data?.length === 0 && <Empty title={t('keys.none')}>{t('keys.none_why')}</Empty>}
        <ul className="rows padded">
          {list.data?.map((client) => (
            <li key={client.id}>
              <div className="grow">
                <b>{client.name}</b> <code className="rule">{client.id}</code>
                <span className="soft small block">
                  {day(client.created_at)} · {t('keys.working', { count: client.secrets })} · {client.scopes.join(', ')}
                </span>
              </div>
              <Button
                size="xs"
                variant="default"
                aria-label={`${t('keys.rotate')} : ${client.name}`}
                onClick={() =>
                  rotate.mutate({
                    params: { path: { ...path, client_id: client.id } },
                    body: { overlap_hours: OVERLAP_HOURS },
                  })
                }
              >
                {t('keys.rotate')}
              </Button>
              <Button
                size="xs"
                variant="default"
                aria-label={`${t('settings.remove')} : ${client.name}`}
                onClick={() => end.mutate({ params: { path: { ...path, client_id: client.id } } })}
              >
                {t('settings.remove')}
              </Button>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title={t('keys.add')}>
        <form
          className="stack"
          onSubmit={form.onSubmit((body) => {
            rotate.reset();
            make.mutate({ params: { path }, body });
          })}
        >
          <ProblemNotice error={make.error} />
          <TextInput label={t('keys.name')} description={t('keys.name_why')} required {...form.getInputProps('name')} />
          <Checkbox.Group label={t('keys.scopes')} {...form.getInputProps('scopes')}>
            <div className="two role-choice">
              {SCOPES.map((scope) => (
                <Checkbox
                  key={scope}
                  value={scope}
                  label={t(`keys.scope.${scope.replace(':', '_')}` as 'keys.scope.orders_read')}
                />
              ))}
            </div>
          </Checkbox.Group>
          <div className="row">
            <Button type="submit" loading={make.isPending}>
              {t('keys.add')}
            </Button>
          </div>
        </form>
      </Panel>
    </div>
  );
}
