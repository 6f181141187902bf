import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { $api } from '@/api/client';
import { byField, isProblem } from '@/api/problem';
import type { Step } from '@/partners/ConnectionDialog';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSpeech } from '@/words/speech';

/** The end of a connection, for good: the partner's name is typed, so that no slip of the mouse does it. */
export function Disconnect({ connection, partner, done }: Step) {
  const { t } = useSpeech();
  const form = useForm({ mode: 'uncontrolled', initialValues: { confirm: '' } });
  const end = $api.useMutation('post', '/v1/connections/{connection_id}/disconnect', {
    onSuccess: done,
    onError: (error: unknown) => isProblem(error) && form.setErrors(byField(error)),
  });
  return (
    <details className="question">
      <summary>{t('partners.end')}</summary>
      <form
        className="stack tight-stack"
        onSubmit={form.onSubmit((body) => end.mutate({ params: { path: { connection_id: connection.id } }, body }))}
      >
        <p>{t('partners.end_why')}</p>
        <ProblemNotice error={end.error} />
        <TextInput
          label={t('partners.end_type', { partner })}
          required
          autoComplete="off"
          key={form.key('confirm')}
          {...form.getInputProps('confirm')}
        />
        <div className="row">
          <Button type="submit" variant="default" loading={end.isPending}>
            {t('partners.end_do')}
          </Button>
        </div>
      </form>
    </details>
  );
}
