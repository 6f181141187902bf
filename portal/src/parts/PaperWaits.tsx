import { Skeleton } from '@mantine/core';
import { useSpeech } from '@/words/speech';

/** A page that is still being drawn: its shape, and in words that it comes. */
export function PaperWaits() {
  const { t } = useSpeech();
  return (
    <div className="papers-wait" role="status" aria-label={t('convert.drawing')}>
      <span className="small" aria-hidden="true">
        {t('convert.drawing')}
      </span>
      {[40, 70, 100, 100, 100, 55].map((width, i) => (
        <Skeleton key={i} height={12} width={`${width}%`} />
      ))}
    </div>
  );
}
