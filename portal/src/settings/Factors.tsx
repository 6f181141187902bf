import { Button, Modal, PasswordInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/generated/registration';
import { Icon } from '@/parts/Icon';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { FactorForm } from '@/session/FactorForm';
import { RecoveryCodes } from '@/session/RecoveryCodes';
import { useSpeech } from '@/words/speech';

type Known = components['schemas']['Factors'];
type Factor = Known['factors'][number];
type Doing = { what: 'add' } | { what: 'renew' } | { what: 'remove'; factor: Factor };

/** What is asked beside the password. Every change takes the password again: an unlocked screen is not enough. */
export function Factors({ factors, recovery_codes_left, allowed }: Known) {
  const { t, day } = useSpeech();
  const queries = useQueryClient();
  const [doing, act] = useState<Doing>();
  const done = () => {
    act(undefined);
    void queries.invalidateQueries({ queryKey: ['get', '/v1/session/factors'] });
  };
  const proved = factors.filter(({ confirmed_at }) => confirmed_at);
  return (
    <div className="stack">
      {proved.length === 0 && <p className="soft">{t('security.only_mail')}</p>}
      {proved.length > 0 && (
        <ul className="rows">
          {proved.map((factor) => (
            <li key={factor.id}>
              <div className="grow">
                <b>{factor.name}</b>
                <span className="soft small block">
                  {factor.used_at
                    ? t('security.used', { day: day(factor.used_at) })
                    : t('security.added', { day: day(factor.created_at) })}
                </span>
              </div>
              <Button
                size="xs"
                variant="default"
                aria-label={`${t('settings.remove')} ${factor.name}`}
                onClick={() => act({ what: 'remove', factor })}
              >
                {t('settings.remove')}
              </Button>
            </li>
          ))}
          <li>
            <div className="grow">
              <b>{t('security.codes')}</b>
              <span className="soft small block">{t('security.codes_left', { count: recovery_codes_left })}</span>
            </div>
            <Button size="xs" variant="default" onClick={() => act({ what: 'renew' })}>
              {t('security.renew')}
            </Button>
          </li>
        </ul>
      )}
      <div className="row">
        <Button leftSection={<Icon name="plus" size={16} />} onClick={() => act({ what: 'add' })}>
          {t('security.add')}
        </Button>
      </div>
      <Modal
        opened={doing !== undefined}
        onClose={done}
        title={doing && t(`security.do.${doing.what}`)}
        closeButtonProps={{ 'aria-label': t('shell.close') }}
      >
        {doing?.what === 'add' && <FactorForm allowed={allowed} done={done} />}
        {doing?.what === 'renew' && <Renew done={done} />}
        {doing?.what === 'remove' && <Remove factor={doing.factor} done={done} />}
      </Modal>
    </div>
  );
}

function Remove({ factor, done }: { factor: Factor; done: () => void }) {
  const { t } = useSpeech();
  const remove = $api.useMutation('post', '/v1/session/factors/{factor_id}/remove', { onSuccess: done });
  return (
    <Confirm
      lead={t('security.remove_lead', { name: factor.name })}
      word={t('settings.remove')}
      error={remove.error}
      pending={remove.isPending}
      send={(password) => remove.mutate({ params: { path: { factor_id: factor.id } }, body: { password } })}
    />
  );
}

function Renew({ done }: { done: () => void }) {
  const { t } = useSpeech();
  const renew = $api.useMutation('post', '/v1/session/recovery-codes');
  if (renew.data?.recovery_codes) return <RecoveryCodes codes={renew.data.recovery_codes} done={done} />;
  return (
    <Confirm
      lead={t('security.renew_lead')}
      word={t('security.renew')}
      error={renew.error}
      pending={renew.isPending}
      send={(password) => renew.mutate({ body: { password } })}
    />
  );
}

type Asked = { lead: string; word: string; error: unknown; pending: boolean; send: (password: string) => void };

function Confirm({ lead, word, error, pending, send }: Asked) {
  const { t } = useSpeech();
  const form = useForm({ mode: 'uncontrolled', initialValues: { password: '' } });
  return (
    <form className="stack" onSubmit={form.onSubmit(({ password }) => send(password))}>
      <p>{lead}</p>
      <ProblemNotice error={error} />
      <PasswordInput
        label={t('factor.password')}
        autoComplete="current-password"
        required
        data-autofocus
        visibilityToggleButtonProps={{ 'aria-label': t('sign.show') }}
        key={form.key('password')}
        {...form.getInputProps('password')}
      />
      <Button type="submit" loading={pending}>
        {word}
      </Button>
    </form>
  );
}
