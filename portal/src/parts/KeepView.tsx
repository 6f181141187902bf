import { Button, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Icon } from '@/parts/Icon';
import { useSpeech } from '@/words/speech';

/** Gives the view one looks at a name, so that it is one of the pills from now on. */
export function KeepView({ keep }: { keep: (name: string) => void }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  return (
    <>
      <Button variant="default" size="sm" leftSection={<Icon name="star" size={15} />} onClick={() => setOpen(true)}>
        {t('lists.keep')}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={t('lists.keep')}
        closeButtonProps={{ 'aria-label': t('shell.close') }}
      >
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            keep(name.trim());
            setName('');
            setOpen(false);
          }}
        >
          <TextInput
            data-autofocus
            label={t('lists.view_name')}
            description={t('lists.keep_why')}
            required
            maxLength={40}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit">{t('lists.keep')}</Button>
        </form>
      </Modal>
    </>
  );
}
