import { Button, Modal, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';
import type { Unit } from '@/partners/FindPartner';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSpeech } from '@/words/speech';

/** A supplier asks a unit to be connected, with a word to it. */
export function AskDialog({ unit, close }: { unit: Unit; close: () => void }) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const form = useForm({ mode: 'uncontrolled', initialValues: { message: '' } });
  const ask = $api.useMutation('post', '/v1/connections', {
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['get', '/v1/connections'] });
      void queries.invalidateQueries({ queryKey: ['get', '/v1/partners'] });
      notifications.show({
        message: t('partners.asked', { company: unit.company }),
        closeButtonProps: { 'aria-label': t('shell.close') },
      });
      close();
    },
  });
  return (
    <Modal
      opened
      onClose={close}
      title={t('partners.ask_of', { company: unit.company })}
      closeButtonProps={{ 'aria-label': t('shell.close') }}
    >
      <form
        className="stack"
        onSubmit={form.onSubmit(({ message }) => ask.mutate({ body: { unit_id: unit.id, message } }))}
      >
        <p className="soft">{t('partners.ask_why', { unit: unit.name })}</p>
        <ProblemNotice error={ask.error} />
        <Textarea
          label={t('partners.message')}
          description={t('partners.message_why')}
          autosize
          minRows={3}
          maxLength={1000}
          data-autofocus
          key={form.key('message')}
          {...form.getInputProps('message')}
        />
        <Button type="submit" loading={ask.isPending}>
          {t('partners.ask')}
        </Button>
      </form>
    </Modal>
  );
}
