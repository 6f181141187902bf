import { Button } from '@mantine/core';
import type { Saving } from '@/convert/useDraft';
import { Notice } from '@/parts/Bits';
import { Icon } from '@/parts/Icon';
import { useSpeech } from '@/words/speech';

/** Where the draft's own keeping stands. */
export function Saved({ saving, reload }: { saving: Saving; reload: () => void }) {
  const { t, time } = useSpeech();
  if (saving.state === 'conflict') {
    return (
      <Notice
        tone="warn"
        icon="gap"
        action={
          <Button size="compact-xs" variant="default" onClick={reload}>
            {t('convert.reload')}
          </Button>
        }
      >
        {t('convert.conflict')}
      </Notice>
    );
  }
  return (
    <span className="saved" data-state={saving.state} role="status">
      {saving.state === 'saved' && <Icon name="check" size={15} />}
      {saving.state === 'again' && <Icon name="stuck" size={15} />}
      {saving.state === 'saved' && saving.at
        ? t(saving.restored ? 'convert.restored_at' : 'convert.saved_at', { at: time(saving.at) })
        : t(`convert.saving.${saving.state}`)}
    </span>
  );
}
