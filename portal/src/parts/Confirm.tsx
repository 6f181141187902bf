import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSpeech } from '@/words/speech';

type Props = {
  opened: boolean;
  title: ReactNode;
  /** What happens, in a sentence. */
  children: ReactNode;
  /** The act, as its button says it. */
  act: string;
  acting: boolean;
  error?: unknown;
  close: () => void;
  confirm: () => void;
};

/** What cannot be taken back is asked once more; the key that opened it does not do it. */
export function Confirm({ opened, title, children, act, acting, error, close, confirm }: Props) {
  const { t } = useSpeech();
  return (
    <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ 'aria-label': t('shell.close') }}>
      <div className="stack">
        <ProblemNotice error={error} />
        <p>{children}</p>
        <div className="row wrap">
          <Button data-autofocus variant="default" onClick={close}>
            {t('shell.back')}
          </Button>
          <Button loading={acting} onClick={confirm}>
            {act}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
