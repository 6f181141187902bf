import { Button, Modal, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { useSpeech } from '@/words/speech';

/** One ticket: its thread, and a message more; a closed one opens again. */
export function TicketDialog({ id, close }: { id: string; close: () => void }) {
  const { t, moment } = useSpeech();
  const queries = useQueryClient();
  const params = { path: { ticket_id: id } };
  const ticket = $api.useQuery('get', '/v1/tickets/{ticket_id}', { params });
  const form = useForm({ mode: 'uncontrolled', initialValues: { text: '' } });
  const write = $api.useMutation('post', '/v1/tickets/{ticket_id}/entries', {
    onSuccess: () => {
      form.reset();
      void queries.invalidateQueries({ queryKey: ['get', '/v1/tickets/{ticket_id}'] });
      void queries.invalidateQueries({ queryKey: ['get', '/v1/tickets'] });
    },
  });
  const known = ticket.data;
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={known ? `${t('tickets.number', { number: known.number })} ${known.subject}` : t('tickets.title')}
      closeButtonProps={{ 'aria-label': t('shell.close') }}
    >
      <div className="stack">
        <ProblemNotice error={ticket.error ?? write.error} />
        {ticket.isPending && <Waiting rows={3} />}
        <ol className="rows">
          {known?.thread?.map((entry) => (
            <li key={entry.at + entry.author}>
              <div className="grow">
                <b>{entry.from_support ? t('tickets.support') : entry.author}</b>{' '}
                <span className="soft small">{moment(entry.at)}</span>
                <p className="said">{entry.text}</p>
              </div>
            </li>
          ))}
        </ol>
        {known && (
          <form className="stack tight-stack" onSubmit={form.onSubmit((body) => write.mutate({ params, body }))}>
            <Textarea
              label={t('tickets.more')}
              required
              autosize
              minRows={3}
              maxLength={4000}
              key={form.key('text')}
              {...form.getInputProps('text')}
            />
            <div className="row">
              <Button type="submit" loading={write.isPending}>
                {t('tickets.send')}
              </Button>
            </div>
          </form>
        )}
      </div>
    </Modal>
  );
}
