import { Button, Modal, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';
import { byField, isProblem } from '@/api/problem';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { TOPICS } from '@/tickets/topics';
import { useSpeech } from '@/words/speech';

export type Question = { topic: (typeof TOPICS)[number]; subject: string; document: string; text: string };
const BLANK: Question = { topic: 'invoices', subject: '', document: '', text: '' };

/** A question to support; its number is shown at once and comes by mail too. */
export function NewTicket({ close, about = BLANK }: { close: (id?: string) => void; about?: Question }) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: about,
  });
  const open = $api.useMutation('post', '/v1/tickets', {
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['get', '/v1/tickets'] });
      close(id);
    },
    onError: (error: unknown) => isProblem(error) && form.setErrors(byField(error)),
  });
  const field = (name: 'topic' | 'subject' | 'document' | 'text') => ({
    key: form.key(name),
    ...form.getInputProps(name),
  });
  return (
    <Modal
      opened
      onClose={() => close()}
      title={t('tickets.new')}
      closeButtonProps={{ 'aria-label': t('shell.close') }}
    >
      <form className="stack tight-stack" onSubmit={form.onSubmit((body) => open.mutate({ body }))}>
        <ProblemNotice error={open.error} />
        <NativeSelect
          label={t('tickets.topic')}
          data={TOPICS.map((topic) => ({ value: topic, label: t(`tickets.topics.${topic}`) }))}
          {...field('topic')}
        />
        <TextInput label={t('tickets.subject')} required maxLength={200} {...field('subject')} />
        <TextInput label={t('tickets.document')} maxLength={100} {...field('document')} />
        <Textarea label={t('tickets.text')} required autosize minRows={4} maxLength={4000} {...field('text')} />
        <Button type="submit" loading={open.isPending}>
          {t('tickets.send')}
        </Button>
      </form>
    </Modal>
  );
}
