import { Button, Modal, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';
import { ConsentText } from '@/partners/ConsentText';
import type { Asked } from '@/partners/FindPartner';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSpeech } from '@/words/speech';

/** A supplier asks a unit to be connected, a buyer a supplier for one of its own units; with a word to them. */
export function AskDialog({ asked, close }: { asked: Asked; close: () => void }) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { message: '', unit_id: asked.units[0]!.id, supplier_number: '' },
  });
  const ask = $api.useMutation('post', '/v1/connections', {
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['get', '/v1/connections'] });
      void queries.invalidateQueries({ queryKey: ['get', '/v1/partners'] });
      notifications.show({
        message: t('partners.asked', { company: asked.company }),
        closeButtonProps: { 'aria-label': t('shell.close') },
      });
      close();
    },
  });
  return (
    <Modal
      opened
      onClose={close}
      title={t('partners.ask_of', { company: asked.company })}
      closeButtonProps={{ 'aria-label': t('shell.close') }}
    >
      <form
        className="stack"
        onSubmit={form.onSubmit(({ message, unit_id, supplier_number }) =>
          ask.mutate({
            body: asked.supplier
              ? { unit_id, message, supplier_id: asked.supplier, supplier_number: supplier_number || null }
              : { unit_id, message },
          }),
        )}
      >
        <p className="soft">
          {asked.supplier
            ? t('partners.ask_supplier_why', { partner: asked.company })
            : t('partners.ask_why', { unit: asked.units[0]!.name })}
        </p>
        <ProblemNotice error={ask.error} />
        {asked.supplier && (
          <>
            <p className="soft small">
              <ConsentText />
            </p>
            <NativeSelect
              label={t('partners.for_unit')}
              data={asked.units.map(({ id, name }) => ({ value: id, label: name }))}
              key={form.key('unit_id')}
              {...form.getInputProps('unit_id')}
            />
            <TextInput
              label={t('partners.number')}
              description={t('partners.number_why')}
              maxLength={60}
              key={form.key('supplier_number')}
              {...form.getInputProps('supplier_number')}
            />
          </>
        )}
        <Textarea
          label={t('partners.message')}
          description={asked.supplier ? undefined : t('partners.message_why')}
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
