import type { components } from '@/api/generated/po-sync';
import { Panel } from '@/parts/Bits';
import { Icon, type IconName } from '@/parts/Icon';
import { useSpeech } from '@/words/speech';

type Order = components['schemas']['OrderDetail'];

const LOOKS: Record<string, IconName> = {
  'order.published': 'orders',
  'order.changed': 'gap',
  'order.responded.accepted': 'approved',
  'order.responded.rejected': 'refused',
  'order.closed': 'blocked',
  'receipt.recorded': 'delivered',
  'despatch.sent': 'sent',
};

/** What happened to an order, the latest first. */
export function OrderEvents({ order }: { order: Order }) {
  const { t, moment } = useSpeech();
  const events = order.timeline.toReversed();
  return (
    <Panel title={t('orders.happened')} flush>
      <ul className="rows padded">
        {events.map((event, i) => {
          const decision = String(event.detail.response ?? event.detail.decision ?? '');
          return (
            <li key={`${event.type}${event.at}${i}`}>
              <Icon name={LOOKS[`${event.type}.${decision}`] ?? LOOKS[event.type] ?? 'inHand'} size={17} />
              <span className="grow">
                {t(`orders.event.${event.type.replace('.', '_')}` as 'orders.event.order_published', {
                  defaultValue: event.type,
                })}{' '}
                {decision && (
                  <span className="soft">
                    {t(`orders.status.${decision}` as 'orders.status.accepted', { defaultValue: decision })}
                  </span>
                )}
              </span>
              <time className="soft small num" dateTime={event.at}>
                {moment(event.at)}
              </time>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
