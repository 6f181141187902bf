import { Button, Checkbox, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';
import { byField, isProblem } from '@/api/problem';
import { Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

const ROLES = ['administrator', 'accountant', 'approver', 'signer', 'viewer'] as const;

export function Users() {
  const { t, day, lang } = useSpeech();
  const { who } = useSession();
  const queries = useQueryClient();
  const users = $api.useQuery('get', '/v1/users');
  const again = () => void queries.invalidateQueries({ queryKey: ['get', '/v1/users'] });
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', name: '', roles: ['accountant'] as string[] },
  });
  const invite = $api.useMutation('post', '/v1/users', {
    onSuccess: () => {
      form.reset();
      again();
    },
    onError: (error: unknown) => isProblem(error) && form.setErrors(byField(error)),
  });
  const remove = $api.useMutation('delete', '/v1/users/{user_id}', { onSuccess: again });
  return (
    <div className="stack">
      <Panel title={t('settings.room.users')} flush>
        <ProblemNotice error={users.error ?? remove.error} />
        {users.isPending && <Waiting />}
        {users.data && (
          <table className="table cards four">
            <caption className="sr">{t('settings.room.users')}</caption>
            <thead>
              <tr>
                <th>{t('settings.name')}</th>
                <th>{t('sign.email')}</th>
                <th>{t('orders.state')}</th>
                <th>{t('settings.roles')}</th>
                <th className="r">
                  <span className="sr">{t('partners.actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {users.data.map((user) => (
                <tr key={user.id}>
                  <td>
                    <b>{user.name}</b>
                  </td>
                  <td>{user.email}</td>
                  <td className="soft">
                    {user.invited_until
                      ? t('settings.invited', { day: day(user.invited_until) })
                      : t('settings.active')}
                  </td>
                  <td>{user.roles.map((role) => t(`settings.role.${role}`)).join(', ')}</td>
                  <td className="r">
                    {user.id !== who.user_id && (
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={`${t('settings.remove')} ${user.name}`}
                        onClick={() => remove.mutate({ params: { path: { user_id: user.id } } })}
                      >
                        {t('settings.remove')}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Panel>
      <Panel title={t('settings.invite')}>
        <form
          className="stack"
          onSubmit={form.onSubmit((body) => invite.mutate({ body: { ...body, language: lang } as never }))}
        >
          <ProblemNotice error={invite.error} />
          <div className="two">
            <TextInput label={t('settings.name')} required key={form.key('name')} {...form.getInputProps('name')} />
            <TextInput
              label={t('sign.email')}
              type="email"
              required
              key={form.key('email')}
              {...form.getInputProps('email')}
            />
          </div>
          <Checkbox.Group label={t('settings.roles')} key={form.key('roles')} {...form.getInputProps('roles')}>
            <div className="row wrap">
              {ROLES.map((role) => (
                <Checkbox key={role} value={role} label={t(`settings.role.${role}`)} />
              ))}
            </div>
          </Checkbox.Group>
          <div className="row">
            <Button type="submit" loading={invite.isPending}>
              {t('settings.send_invitation')}
            </Button>
          </div>
        </form>
      </Panel>
    </div>
  );
}
