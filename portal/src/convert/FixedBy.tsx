import type { components } from '@/api/generated/validation';
import { useSpeech } from '@/words/speech';

export type Party = components['schemas']['Party'];

/** Who can put a point right, beside what it says. */
export function FixedBy({ by }: { by: Party }) {
  const { t } = useSpeech();
  return <span className="soft small nowrap">{t(`failed.by.${by}`)}</span>;
}
