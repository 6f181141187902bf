import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Icon } from '@/parts/Icon';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSpeech } from '@/words/speech';

/** Makes a list's sheet when asked; what refuses it is said below. */
export function ExportAction({ make }: { make: () => Promise<void> }) {
  const { t } = useSpeech();
  const made = useMutation({ mutationFn: make });
  return (
    <>
      <Button
        variant="default"
        leftSection={<Icon name="download" size={15} />}
        loading={made.isPending}
        onClick={() => made.mutate()}
      >
        {t('lists.export')}
      </Button>
      <ProblemNotice error={made.error} />
    </>
  );
}
