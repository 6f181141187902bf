import { Button, Modal, Switch } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api } from '@/api/client';
import { Notice } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSession } from '@/session/session';
import { RoleChoice } from '@/settings/RoleChoice';
import { type Single, SingleRights } from '@/settings/SingleRights';
import type { User } from '@/settings/Users';
import { useSpeech } from '@/words/speech';

type Final = 'transfer' | 'remove';

/** One person: their rights, shut out for a while, detached for good, or handed the administration. */
export function UserDialog({ user, close }: { user: User; close: () => void }) {
  const { t } = useSpeech();
  const { who } = useSession();
  const queries = useQueryClient();
  const [asking, ask] = useState<Final>();
  const oneself = user.id === who.user_id;
  const path = { user_id: user.id };
  const onSuccess = () => {
    void queries.invalidateQueries({ queryKey: ['get', '/v1/users'] });
    if (oneself || asking === 'transfer') void queries.invalidateQueries({ queryKey: ['get', '/v1/session'] });
    close();
  };
  const change = $api.useMutation('patch', '/v1/users/{user_id}', { onSuccess });
  const transfer = $api.useMutation('post', '/v1/users/{user_id}/administration', { onSuccess });
  const remove = $api.useMutation('delete', '/v1/users/{user_id}', { onSuccess });
  const form = useForm({
    initialValues: {
      roles: user.roles as string[],
      single: { given: user.given ?? [], taken: user.taken ?? [] } as Single,
      active: user.active,
    },
    validate: { roles: (roles) => (roles.length ? null : t('settings.role_needed')) },
  });
  const act = () => (asking === 'transfer' ? transfer : remove).mutate({ params: { path } });
  return (
    <Modal opened onClose={close} size="lg" title={user.name} closeButtonProps={{ 'aria-label': t('shell.close') }}>
      <form
        className="stack"
        onSubmit={form.onSubmit(({ roles, single, active }) =>
          change.mutate({ params: { path }, body: { roles, ...single, ...(oneself ? {} : { active }) } as never }),
        )}
      >
        <ProblemNotice error={change.error ?? transfer.error ?? remove.error} />
        {asking ? (
          <Notice tone="warn" icon="failed" title={t(`settings.sure.${asking}`, { name: user.name })}>
            {t(`settings.sure_why.${asking}`)}
          </Notice>
        ) : (
          !user.invited_until && (
            <>
              <RoleChoice {...form.getInputProps('roles')} />
              <SingleRights
                roles={form.values.roles}
                single={form.values.single}
                change={(single) => form.setFieldValue('single', single)}
              />
              {!oneself && (
                <Switch
                  label={t('settings.may_enter')}
                  description={t('settings.may_enter_why')}
                  {...form.getInputProps('active', { type: 'checkbox' })}
                />
              )}
            </>
          )
        )}
        <div className="row wrap">
          {asking ? (
            <>
              <Button loading={transfer.isPending || remove.isPending} onClick={act}>
                {t(`settings.do.${asking}`)}
              </Button>
              <Button variant="default" onClick={() => ask(undefined)}>
                {t('settings.no')}
              </Button>
            </>
          ) : (
            <>
              {!user.invited_until && (
                <Button type="submit" loading={change.isPending}>
                  {t('settings.keep')}
                </Button>
              )}
              {!oneself && !user.invited_until && user.active && (
                <Button variant="default" onClick={() => ask('transfer')}>
                  {t('settings.do.transfer')}
                </Button>
              )}
              <Button variant="default" className="end" onClick={() => ask('remove')}>
                {user.invited_until ? t('settings.withdraw') : t('settings.do.remove')}
              </Button>
            </>
          )}
        </div>
      </form>
    </Modal>
  );
}
