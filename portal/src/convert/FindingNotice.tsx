import { Button } from '@mantine/core';
import { Notice } from '@/parts/Bits';
import { useSpeech } from '@/words/speech';

/** One thing to put right: where, in words, by which rule, and the value that would do. */
export type Point = { place: string; text: string; rule: string; use?: string };

export function FindingNotice({ point, id, repair }: { point: Point; id?: string; repair?: () => void }) {
  const { t, qty } = useSpeech();
  return (
    <Notice
      tone="bad"
      icon="failed"
      rule={point.rule}
      id={id}
      action={
        repair &&
        point.use && (
          <Button size="compact-xs" variant="default" onClick={repair}>
            {t('convert.use', { value: qty(point.use) })}
          </Button>
        )
      }
    >
      {point.text}
    </Notice>
  );
}
