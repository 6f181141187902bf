import { Button, PasswordInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';
import { byField, isProblem } from '@/api/problem';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

export function PasswordForm() {
  const { t } = useSpeech();
  const { who } = useSession();
  const queries = useQueryClient();
  const form = useForm({ mode: 'uncontrolled', initialValues: { current: '', new: '' } });
  const change = $api.useMutation('post', '/v1/session/password', {
    onSuccess: () => {
      form.reset();
      void queries.invalidateQueries({ queryKey: ['get', '/v1/session/sessions'] });
      notifications.show({ message: t('security.changed'), closeButtonProps: { 'aria-label': t('shell.close') } });
    },
    onError: (error: unknown) => {
      if (!isProblem(error)) return;
      const { password, ...others } = byField(error);
      form.setErrors({ ...others, ...(password ? { new: password } : {}) });
    },
  });
  const field = (name: 'current' | 'new') => ({
    required: true,
    visibilityToggleButtonProps: { 'aria-label': t('sign.show') },
    key: form.key(name),
    ...form.getInputProps(name),
  });
  return (
    <form className="stack" onSubmit={form.onSubmit((body) => change.mutate({ body }))}>
      <ProblemNotice error={change.error} />
      <input type="hidden" name="username" autoComplete="username" value={who.email} readOnly />
      <div className="two">
        <PasswordInput label={t('activation.confirm')} autoComplete="current-password" {...field('current')} />
        <PasswordInput
          label={t('security.new')}
          description={t('security.new_why')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          autoComplete="new-password"
          {...field('new')}
        />
      </div>
      <div className="row">
        <Button type="submit" variant="default" loading={change.isPending}>
          {t('security.change')}
        </Button>
      </div>
    </form>
  );
}
