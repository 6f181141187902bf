import type { Campaign } from '@/bringing/shapes';
import { useSpeech } from '@/words/speech';

const STEPS = ['sent', 'opened', 'begun', 'done', 'ready'] as const;

/** Written to, opened, begun, joined, ready: each with its figure, and as long as its share. */
export function Funnel({ campaign }: { campaign: Campaign }) {
  const { t, count } = useSpeech();
  // a drawing: the figures beside it are the service's own
  const share = (step: (typeof STEPS)[number]) => (campaign.sent ? (100 * campaign[step]) / campaign.sent : 0);
  return (
    <dl className="funnel">
      {STEPS.map((step) => (
        <div key={step}>
          <dt>{t(`bringing.step.${step}`)}</dt>
          <dd className="num">{count(campaign[step])}</dd>
          <i style={{ width: `${share(step)}%` }} aria-hidden="true" />
        </div>
      ))}
      {campaign.declined > 0 && (
        <div>
          <dt>{t('bringing.step.declined')}</dt>
          <dd className="num">{count(campaign.declined)}</dd>
        </div>
      )}
    </dl>
  );
}
