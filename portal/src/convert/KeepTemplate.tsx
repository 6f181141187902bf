import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api } from '@/api/client';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSpeech } from '@/words/speech';

type Props = {
  invoiceId: string;
  /** What was typed last is part of it. */
  flush: () => Promise<boolean>;
};

/** Keep an invoice's content to begin others with; its number, dates and orders stay out of it. */
export function KeepTemplate({ invoiceId, flush }: Props) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [shared, share] = useState(false);
  const keep = $api.useMutation('post', '/v1/templates', {
    onSuccess: () => {
      setOpen(false);
      setName('');
      void queries.invalidateQueries({ queryKey: ['get', '/v1/templates'] });
      notifications.show({ message: t('free.kept'), closeButtonProps: { 'aria-label': t('shell.close') } });
    },
  });
  return (
    <>
      <Button variant="subtle" size="xs" onClick={() => setOpen(true)}>
        {t('free.keep')}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={t('free.keep')}
        closeButtonProps={{ 'aria-label': t('shell.close') }}
      >
        <form
          className="stack"
          onSubmit={async (event) => {
            event.preventDefault();
            if (await flush()) keep.mutate({ body: { invoice_id: invoiceId, name: name.trim(), shared } });
          }}
        >
          <ProblemNotice error={keep.error} />
          <TextInput
            data-autofocus
            label={t('free.name')}
            description={t('free.keep_why')}
            required
            maxLength={120}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Checkbox label={t('free.share')} checked={shared} onChange={(event) => share(event.currentTarget.checked)} />
          <Button type="submit" loading={keep.isPending}>
            {t('settings.keep')}
          </Button>
        </form>
      </Modal>
    </>
  );
}
