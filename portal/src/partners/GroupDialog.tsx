import { Button, Checkbox, Modal, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';
import type { Partner } from '@/partners/FindPartner';
import { isOpen } from '@/partners/useConnections';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { useSpeech } from '@/words/speech';

/** The entities of a group with their units: a supplier chooses whom it invoices, and asks them all at once. */
export function GroupDialog({ of, close }: { of: Partner; close: () => void }) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const params = { path: { company_id: of.id } };
  const group = $api.useQuery('get', '/v1/partners/{company_id}/group', { params });
  const form = useForm({ initialValues: { unit_ids: [] as string[], message: '' } });
  const ask = $api.useMutation('post', '/v1/connections/several', {
    onSuccess: ({ items }) => {
      for (const shown of ['/v1/connections', '/v1/partners', '/v1/partners/{company_id}/group'])
        void queries.invalidateQueries({ queryKey: ['get', shown] });
      notifications.show({
        message: t('partners.group.asked', { count: items.length }),
        closeButtonProps: { 'aria-label': t('shell.close') },
      });
      close();
    },
  });
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={t('partners.group.title', { head: of.group_name ?? '' })}
      closeButtonProps={{ 'aria-label': t('shell.close') }}
    >
      <form className="stack" onSubmit={form.onSubmit((body) => ask.mutate({ body }))}>
        <p className="soft">{t('partners.group.lead')}</p>
        <ProblemNotice error={group.error ?? ask.error} />
        {group.isPending && <Waiting rows={3} />}
        {group.data?.map((entity) => (
          <Checkbox.Group
            key={entity.id}
            label={entity.legal_name}
            value={form.values.unit_ids}
            onChange={(chosen) => form.setFieldValue('unit_ids', chosen)}
          >
            <div className="two role-choice">
              {entity.units.map(({ id, name }) => {
                const status = entity.connections.find(({ unit_id }) => unit_id === id)?.status as string | undefined;
                return (
                  <Checkbox
                    key={String(id)}
                    value={String(id)}
                    disabled={isOpen(status)}
                    label={String(name)}
                    description={isOpen(status) && t(`partners.status.${status as 'active' | 'requested'}`)}
                  />
                );
              })}
            </div>
          </Checkbox.Group>
        ))}
        <Textarea
          label={t('partners.message')}
          description={t('partners.message_why')}
          autosize
          minRows={2}
          maxLength={1000}
          {...form.getInputProps('message')}
        />
        <Button type="submit" disabled={!form.values.unit_ids.length} loading={ask.isPending}>
          {t('partners.group.ask', { count: form.values.unit_ids.length })}
        </Button>
      </form>
    </Modal>
  );
}
