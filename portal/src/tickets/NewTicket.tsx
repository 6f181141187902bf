import { Button, Modal, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api } from '@/api/client';
import { byField, isProblem } from '@/api/problem';
import { isActive, useConnections } from '@/partners/useConnections';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSession } from '@/session/session';
import { TOPICS } from '@/tickets/topics';
import { useSpeech } from '@/words/speech';

type Topic = (typeof TOPICS)[number];
export type Question = { topic: Topic; subject: string; document: string; text: string };
const BLANK: Question = { topic: 'invoices', subject: '', document: '', text: '' };
/** What only who ordered can answer, or whom it names for tax and archive: such a question may go to a partner's unit. */
const OF_UNITS: readonly Topic[] = ['orders', 'invoices', 'statuses', 'archive'];

/** A question to support; its number is shown at once and comes by mail too. */
export function NewTicket({ close, about = BLANK }: { close: (id?: string) => void; about?: Question }) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { ...about, unit_id: '' },
    onValuesChange: ({ topic, unit_id }) => choose({ topic, unit_id }),
  });
  const [{ topic, unit_id }, choose] = useState({ topic: about.topic, unit_id: '' });
  const { company } = useSession();
  const toUnit = company.supplier && OF_UNITS.includes(topic);
  const partners = useConnections({ enabled: toUnit });
  const units = (partners.data ?? []).filter((each) => isActive(each) && each.supplier_id === company.id);
  const unit = toUnit && unit_id ? { unit_id } : {};
  const desk = $api.useQuery('get', '/v1/tickets/desk', { params: { query: { topic, ...unit } } });
  const open = $api.useMutation('post', '/v1/tickets', {
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['get', '/v1/tickets'] });
      close(id);
    },
    onError: (error: unknown) => isProblem(error) && form.setErrors(byField(error)),
  });
  const field = (name: 'topic' | 'unit_id' | 'subject' | 'document' | 'text') => ({
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
      <form
        className="stack tight-stack"
        onSubmit={form.onSubmit(({ unit_id: _, ...asked }) => open.mutate({ body: { ...asked, ...unit } }))}
      >
        <ProblemNotice error={open.error} />
        <NativeSelect
          label={t('tickets.topic')}
          data={TOPICS.map((topic) => ({ value: topic, label: t(`tickets.topics.${topic}`) }))}
          {...field('topic')}
        />
        {toUnit && units.length > 0 && (
          <NativeSelect
            label={t('tickets.unit')}
            data={[
              { value: '', label: '—' },
              ...units.map((each) => ({ value: each.unit_id, label: `${each.buyer_name} · ${each.unit_name}` })),
            ]}
            {...field('unit_id')}
          />
        )}
        <p className="soft small" aria-live="polite">
          {desk.data &&
            [t('tickets.answers', { desk: desk.data.name || t('tickets.support') }), desk.data.hours, desk.data.price]
              .filter(Boolean)
              .join(' · ')}
        </p>
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
