import { Button } from '@mantine/core';
import { useState } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/generated/registration';
import { Panel } from '@/parts/Bits';
import { Mail } from '@/parts/Mail';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { runs, useSession } from '@/session/session';
import { AccessRequests } from '@/settings/AccessRequests';
import { InviteForm } from '@/settings/InviteForm';
import { wordOf } from '@/settings/SingleRights';
import { UserDialog } from '@/settings/UserDialog';
import { useSpeech } from '@/words/speech';

export type User = components['schemas']['UserView'];

/** Who acts for the company and as what. Everybody sees it, and so whom to ask; administrators change it. */
export function Users() {
  const { t, day } = useSpeech();
  const { who, company } = useSession();
  const [opened, open] = useState<User>();
  const users = $api.useQuery('get', '/v1/users');
  const mayChange = runs(company);
  const state = (user: User) =>
    user.invited_until
      ? t('settings.invited', { day: day(user.invited_until) })
      : t(user.active ? 'settings.active' : 'settings.shut_out');
  const single = ({ given, taken }: User) => [
    ...(given ?? []).map((right) => `+ ${t(`settings.right.${wordOf(right)}`)}`),
    ...(taken ?? []).map((right) => `− ${t(`settings.right.${wordOf(right)}`)}`),
  ];
  return (
    <div className="stack">
      {mayChange && <AccessRequests />}
      <Panel title={t('settings.room.users')} flush>
        <ProblemNotice error={users.error} />
        {!mayChange && <p className="soft pad">{t('settings.only_administrators')}</p>}
        {users.isPending && <Waiting />}
        {users.data && (
          <table className="table cards four people">
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
                <tr key={user.id} data-off={!user.active || undefined}>
                  <td>
                    <b>{user.name}</b> {user.id === who.user_id && <span className="soft">{t('settings.you')}</span>}
                  </td>
                  <td className="mail">
                    <Mail address={user.email} />
                  </td>
                  <td className="soft">{state(user)}</td>
                  <td>
                    {user.roles.map((role) => t(`settings.role.${role}`)).join(', ')}
                    {single(user).map((right) => (
                      <span key={right} className="soft small block">
                        {right}
                      </span>
                    ))}
                  </td>
                  <td className="r">
                    {mayChange && (
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={`${t('settings.edit')} ${user.name}`}
                        onClick={() => open(user)}
                      >
                        {t('settings.edit')}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Panel>
      {mayChange && <InviteForm />}
      {opened && <UserDialog key={opened.id} user={opened} close={() => open(undefined)} />}
    </div>
  );
}
