import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api } from '@/api/client';
import { byField, isProblem } from '@/api/problem';
import { Empty, Notice, Panel } from '@/parts/Bits';
import { MayNot } from '@/parts/MayNot';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { useMay } from '@/session/session';
import { useSpeech } from '@/words/speech';

export function Webhooks() {
  const { t, day } = useSpeech();
  const queries = useQueryClient();
  const mayChange = useMay('hook');
  const [opened, open] = useState<string>();
  const hooks = $api.useQuery('get', '/v1/webhooks', { params: { query: { limit: 100 } } });
  const again = () => void queries.invalidateQueries({ queryKey: ['get', '/v1/webhooks'] });
  const form = useForm({ mode: 'uncontrolled', initialValues: { url: '', description: '' } });
  const add = $api.useMutation('post', '/v1/webhooks', {
    onSuccess: () => {
      form.reset();
      again();
    },
    onError: (error: unknown) => isProblem(error) && form.setErrors(byField(error)),
  });
  const remove = $api.useMutation('delete', '/v1/webhooks/{webhook_id}', { onSuccess: again });
  return (
    <div className="stack">
      <Panel title={t('settings.room.webhooks')} flush>
        <ProblemNotice error={hooks.error ?? remove.error} />
        {hooks.isPending && <Waiting />}
        {hooks.isSuccess && !hooks.data.items.length && (
          <Empty title={t('settings.no_webhook')}>{t('settings.no_webhook_why')}</Empty>
        )}
        {hooks.isSuccess && hooks.data.items.length > 0 && (
          <ul className="road">
            {hooks.data.items.map((hook) => (
              <li key={hook.id}>
                <div className="row wrap">
                  <code className="rule grow clip">{hook.url}</code>
                  <span className="soft small">
                    {hook.state === 'active' ? t('settings.active') : t('settings.disabled')} · {day(hook.created_at)}
                  </span>
                  <Button
                    size="xs"
                    variant="default"
                    aria-expanded={opened === hook.id}
                    aria-label={`${t('settings.deliveries')} : ${hook.url}`}
                    onClick={() => open(opened === hook.id ? undefined : hook.id)}
                  >
                    {t('settings.deliveries')}
                  </Button>
                  {mayChange && (
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={`${t('settings.remove')} ${hook.url}`}
                      onClick={() => remove.mutate({ params: { path: { webhook_id: hook.id } } })}
                    >
                      {t('settings.remove')}
                    </Button>
                  )}
                </div>
                {opened === hook.id && <Deliveries id={hook.id} />}
              </li>
            ))}
          </ul>
        )}
      </Panel>
      <MayNot act="hook" />
      {mayChange && (
        <Panel title={t('settings.add_webhook')}>
          <form
            className="stack"
            onSubmit={form.onSubmit((body) => add.mutate({ body: { ...body, types: [] } as never }))}
          >
            <ProblemNotice error={add.error} />
            <div role="status">
              {add.data && (
                <Notice tone="warn" icon="blocked" title={t('settings.secret_once')}>
                  <code className="rule">{add.data.secret}</code>
                </Notice>
              )}
            </div>
            <div className="two">
              <TextInput
                label={t('settings.url')}
                type="url"
                required
                placeholder="https://"
                key={form.key('url')}
                {...form.getInputProps('url')}
              />
              <TextInput
                label={t('settings.description')}
                key={form.key('description')}
                {...form.getInputProps('description')}
              />
            </div>
            <div className="row">
              <Button type="submit" loading={add.isPending}>
                {t('settings.add')}
              </Button>
            </div>
          </form>
        </Panel>
      )}
    </div>
  );
}

function Deliveries({ id }: { id: string }) {
  const { t, moment } = useSpeech();
  const queries = useQueryClient();
  const mayChange = useMay('hook');
  const path = { webhook_id: id };
  const list = $api.useQuery('get', '/v1/webhooks/{webhook_id}/deliveries', { params: { path, query: { limit: 20 } } });
  const resend = $api.useMutation('post', '/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/resend', {
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['get', '/v1/webhooks/{webhook_id}/deliveries'] }),
  });
  if (list.isPending) return <Waiting rows={2} />;
  return (
    <>
      <ProblemNotice error={list.error ?? resend.error} />
      {!list.data?.items.length && <p className="soft">{t('settings.no_delivery')}</p>}
      <ul className="tries">
        {list.data?.items.map((delivery) => (
          <li key={delivery.id}>
            <div className="row wrap">
              <span className="num soft">{moment(delivery.created_at)}</span>
              <code className="rule">{delivery.type}</code>
              <span className="grow">
                {t(`settings.delivery.${delivery.state}`)}{' '}
                {delivery.last_error && <span className="soft">{delivery.last_error}</span>}
              </span>
              {mayChange && (
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={`${t('settings.resend')} ${delivery.type}, ${moment(delivery.created_at)}`}
                  onClick={() => resend.mutate({ params: { path: { ...path, delivery_id: delivery.id } } })}
                >
                  {t('settings.resend')}
                </Button>
              )}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
