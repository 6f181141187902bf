import { Skeleton } from '@mantine/core';
import { useSpeech } from '@/words/speech';

/** The shape of what comes, never a spinner. */
export function Waiting({ rows = 5 }: { rows?: number }) {
  const { t } = useSpeech();
  return (
    <div className="stack" role="status" aria-label={t('shell.loading')}>
      {Array.from({ length: rows }, (_, i) => (
        <Skeleton key={i} height={i === 0 ? 28 : 18} width={i === 0 ? '40%' : '100%'} />
      ))}
    </div>
  );
}
