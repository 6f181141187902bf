import { Button, NativeSelect, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { TOPICS } from '@/tickets/topics';
import { useSpeech } from '@/words/speech';

type Props = { id: string; name: string; back: () => void; done: () => void };

/** From a unit's desk to the operator's: it is about something else after all. */
export function HandOver({ id, name, back, done }: Props) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { topic: 'technical' as (typeof TOPICS)[number], note: '' },
  });
  const pass = $api.useMutation('post', '/v1/tickets/{ticket_id}/pass', {
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['get', '/v1/tickets'] });
      notifications.show({
        message: t('tickets.handed_over'),
        closeButtonProps: { 'aria-label': t('shell.close') },
      });
      done();
    },
  });
  return (
    <form
      className="stack tight-stack"
      onSubmit={form.onSubmit((body) => pass.mutate({ params: { path: { ticket_id: id } }, body }))}
    >
      <p className="soft">{t('tickets.hand_over_why', { name })}</p>
      <ProblemNotice error={pass.error} />
      <NativeSelect
        label={t('tickets.topic')}
        data={TOPICS.map((topic) => ({ value: topic, label: t(`tickets.topics.${topic}`) }))}
        key={form.key('topic')}
        {...form.getInputProps('topic')}
      />
      <Textarea
        label={t('tickets.note')}
        autosize
        minRows={2}
        maxLength={500}
        key={form.key('note')}
        {...form.getInputProps('note')}
      />
      <div className="row wrap">
        <Button type="submit" loading={pass.isPending}>
          {t('tickets.hand_over')}
        </Button>
        <Button variant="default" onClick={back}>
          {t('tickets.back')}
        </Button>
      </div>
    </form>
  );
}
