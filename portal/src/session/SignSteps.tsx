import { Icon } from '@/parts/Icon';
import { useSpeech } from '@/words/speech';

type Props = { done: string[]; now: string; next?: string[] };

/** How far one is: behind, here, ahead. */
export function SignSteps({ done, now, next = [] }: Props) {
  const { t } = useSpeech();
  return (
    <ol className="sign-steps" aria-label={t('sign.steps')}>
      {done.map((step) => (
        <li key={step} data-state="done">
          <Icon name="check" size={13} />
          {step}
        </li>
      ))}
      <li data-state="now" aria-current="step">
        {now}
      </li>
      {next.map((step) => (
        <li key={step}>{step}</li>
      ))}
    </ol>
  );
}
