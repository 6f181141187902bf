import { Icon, type IconName } from '@/parts/Icon';
import type { Tone } from '@/parts/status';
import { useSpeech } from '@/words/speech';

const LOOKS: Record<string, { icon: IconName; tone: Tone }> = {
  waiting: { icon: 'stuck', tone: 'warn' },
  published: { icon: 'delivered', tone: 'info' },
  accepted: { icon: 'approved', tone: 'ok' },
  rejected: { icon: 'refused', tone: 'bad' },
  closed: { icon: 'blocked', tone: 'quiet' },
};

export function OrderStatus({ status, waitingFor }: { status: string; waitingFor?: string | null }) {
  const { t } = useSpeech();
  const look = LOOKS[status] ?? { icon: 'inHand', tone: 'quiet' };
  return (
    <span className="status" data-tone={look.tone}>
      <Icon name={look.icon} size={17} />
      <span>
        <span className="status-word">
          {t(`orders.status.${status}` as 'orders.status.waiting', { defaultValue: status })}
        </span>
        {waitingFor && (
          <span className="status-note">
            {t(`orders.waiting.${waitingFor}` as 'orders.waiting.SUPPLIER_UNKNOWN', { defaultValue: waitingFor })}
          </span>
        )}
      </span>
    </span>
  );
}
