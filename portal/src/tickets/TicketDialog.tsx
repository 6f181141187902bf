import { Button, Checkbox, Modal, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api } from '@/api/client';
import { sendFile } from '@/api/files';
import { DropZone } from '@/parts/DropZone';
import { FileLink } from '@/parts/FileLink';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { HandOver } from '@/tickets/HandOver';
import { useSpeech } from '@/words/speech';

const TAKEN = '.pdf,.png,.jpg,.jpeg,.txt,.csv,.log,.xml';

/** One ticket: its thread and files, and a message more; a closed one opens again. From the `desk` it is the answer. */
export function TicketDialog({ id, desk = false, close }: { id: string; desk?: boolean; close: () => void }) {
  const { t, moment } = useSpeech();
  const queries = useQueryClient();
  const params = { path: { ticket_id: id } };
  const ticket = $api.useQuery('get', '/v1/tickets/{ticket_id}', { params });
  const form = useForm({ mode: 'uncontrolled', initialValues: { text: '', close: false } });
  const settled = () => {
    void queries.invalidateQueries({ queryKey: ['get', '/v1/tickets/{ticket_id}'] });
    void queries.invalidateQueries({ queryKey: ['get', '/v1/tickets'] });
  };
  const write = $api.useMutation('post', '/v1/tickets/{ticket_id}/entries', {
    onSuccess: () => {
      form.reset();
      settled();
    },
  });
  const put = useMutation({
    mutationFn: (file: File) => sendFile(`/v1/tickets/${id}/files`, { name: file.name }, file),
    onSuccess: settled,
  });
  const [handing, hand] = useState(false);
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
        <ProblemNotice error={ticket.error ?? write.error ?? put.error} />
        {known && (
          <dl className="proof">
            <dt>{t('tickets.desk')}</dt>
            <dd>{known.desk_name || t('tickets.support')}</dd>
            <dt>{t('tickets.asker')}</dt>
            <dd>
              {known.name} · {known.email}
            </dd>
            {known.document && (
              <>
                <dt>{t('tickets.document')}</dt>
                <dd>{known.document}</dd>
              </>
            )}
          </dl>
        )}
        {ticket.isPending && <Waiting rows={3} />}
        <ol className="rows">
          {known?.thread?.map((entry) => (
            <li key={entry.at + entry.author}>
              <div className="grow">
                <b>{entry.author === 'Support' ? t('tickets.support') : entry.author}</b>{' '}
                <span className="soft small">{moment(entry.at)}</span>
                <p className="said">{entry.text}</p>
              </div>
            </li>
          ))}
        </ol>
        {known && (
          <section className="stack tight-stack" aria-label={t('tickets.files')}>
            {known.files && known.files.length > 0 && (
              <ul className="rows">
                {known.files.map((file) => (
                  <li key={file.id}>
                    <FileLink path={`/v1/tickets/${id}/files/${file.id}`} name={file.name}>
                      {file.name}
                    </FileLink>
                    <span className="soft small">{moment(file.at)}</span>
                  </li>
                ))}
              </ul>
            )}
            <DropZone
              word={t('tickets.put')}
              accept={TAKEN}
              busy={put.isPending}
              take={([file]) => file && put.mutate(file)}
            />
          </section>
        )}
        {known && handing && <HandOver id={id} name={known.name} back={() => hand(false)} done={close} />}
        {known && !handing && (
          <form className="stack tight-stack" onSubmit={form.onSubmit((body) => write.mutate({ params, body }))}>
            <Textarea
              label={t(desk ? 'tickets.reply' : 'tickets.more')}
              required
              autosize
              minRows={3}
              maxLength={4000}
              key={form.key('text')}
              {...form.getInputProps('text')}
            />
            <Checkbox
              label={t('tickets.close')}
              key={form.key('close')}
              {...form.getInputProps('close', { type: 'checkbox' })}
            />
            <div className="row">
              <Button type="submit" loading={write.isPending}>
                {t('tickets.send')}
              </Button>
              {desk && (
                <Button variant="default" onClick={() => hand(true)}>
                  {t('tickets.hand_over')}
                </Button>
              )}
            </div>
          </form>
        )}
      </div>
    </Modal>
  );
}
