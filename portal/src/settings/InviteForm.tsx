import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';
import { byField, isProblem } from '@/api/problem';
import { Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { RoleChoice } from '@/settings/RoleChoice';
import { useSpeech } from '@/words/speech';

/** Ask somebody in: a link goes to them, and they act for the company once they have used it. */
export function InviteForm() {
  const { t, lang } = useSpeech();
  const queries = useQueryClient();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', name: '', roles: ['accountant'] as string[] },
    validate: { roles: (roles) => (roles.length ? null : t('settings.role_needed')) },
  });
  const invite = $api.useMutation('post', '/v1/users', {
    onSuccess: () => {
      form.reset();
      void queries.invalidateQueries({ queryKey: ['get', '/v1/users'] });
    },
    onError: (error: unknown) => isProblem(error) && form.setErrors(byField(error)),
  });
  return (
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
        <RoleChoice key={form.key('roles')} {...form.getInputProps('roles')} />
        <div className="row">
          <Button type="submit" loading={invite.isPending}>
            {t('settings.send_invitation')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
