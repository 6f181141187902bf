import type { components as Invoicing } from '@/api/generated/invoicing';
import type { components as PoSync } from '@/api/generated/po-sync';
import { Blocks } from '@/orders/Blocks';
import { Filling } from '@/parts/Bits';
import { useSpeech } from '@/words/speech';

type Order = PoSync['schemas']['OrderDetail'];
type Billable = Invoicing['schemas']['BillableLines'];

/** Width of a bar out of 100: a drawing, never a figure somebody is billed by. */
const share = (part: string, whole: string) => (Number(whole) ? (100 * Number(part)) / Number(whole) : 0);

export function OrderLines({ order, billable }: { order: Order; billable?: Billable }) {
  const { t, price, qty } = useSpeech();
  const priced = new Map(order.document.lines?.map((line) => [line.identifier, line.price]));
  const accounts = new Map(billable?.lines.map((line) => [line.order_line_id, line]));
  return (
    <table className="table cards ordered">
      <caption className="sr">{t('orders.lines')}</caption>
      <thead>
        <tr>
          <th>{t('orders.item')}</th>
          <th className="r">{t('orders.ordered')}</th>
          <th className="r">{t('orders.received')}</th>
          <th className="r">{t('orders.invoiced')}</th>
          <th className="r">{t('orders.available')}</th>
          <th>
            <span className="sr">{t('orders.progress')}</span>
          </th>
        </tr>
      </thead>
      {order.lines.map((line) => {
        const account = accounts.get(line.id);
        const received = account?.received ?? line.received;
        const invoiced = account?.invoiced ?? line.invoiced;
        const blocked = account !== undefined && !account.billable;
        return (
          <tbody key={line.id} data-off={blocked || undefined}>
            <tr>
              <td className="item">
                <span className="item-name">{line.item_name}</span>
                <span className="soft small num">
                  {line.identifier}
                  {line.price && ` · ${price(priced.get(line.identifier) ?? { net: line.price }, order.currency)}`}
                </span>
              </td>
              <td className="r num" data-label={t('orders.ordered')}>
                {qty(line.ordered)}
              </td>
              <td className="r num" data-label={t('orders.received')}>
                {qty(received)}
              </td>
              <td className="r num" data-label={t('orders.invoiced')}>
                {qty(invoiced)}
              </td>
              <td className="r num strong" data-label={t('orders.available')}>
                {account ? qty(account.available) : '—'}
              </td>
              <td className="filling-cell">
                <Filling
                  received={share(received, line.ordered)}
                  invoiced={share(invoiced, line.ordered)}
                  label={t('orders.filling', {
                    received: qty(received),
                    invoiced: qty(invoiced),
                    ordered: qty(line.ordered),
                  })}
                />
              </td>
            </tr>
            {account && blocked && (
              <tr className="line-note">
                <td colSpan={6}>
                  <Blocks blocks={account.blocks} />
                </td>
              </tr>
            )}
          </tbody>
        );
      })}
    </table>
  );
}
