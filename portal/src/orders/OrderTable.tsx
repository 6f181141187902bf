import '@/look/lists.css';
import { Checkbox } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { OrderBulk } from '@/orders/OrderBulk';
import { OrderStatus } from '@/orders/OrderStatus';
import type { OrderList } from '@/orders/useOrders';
import { Empty } from '@/parts/Bits';
import { MoreRows, type Total } from '@/parts/MoreRows';
import { PickAll, usePicking } from '@/parts/Picking';
import { SortHead } from '@/parts/Sorting';
import { Waiting } from '@/parts/Waiting';
import { isBuyer, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

type Props = {
  list: OrderList;
  totals?: Total[];
  narrowed: boolean;
  sort?: string;
  change: (sort: string | undefined) => void;
};

/** Orders page by page; some may be picked for one act. */
export function OrderTable({ list, totals, narrowed, sort, change }: Props) {
  const { t, money, day } = useSpeech();
  const buyer = isBuyer(useSession().company);
  const { rows } = list;
  const picking = usePicking(rows);
  return (
    <div className="panel" data-flush>
      {picking.chosen.length > 0 && <OrderBulk chosen={picking.chosen} buyer={buyer} done={picking.none} />}
      {list.isPending && <Waiting />}
      {list.isSuccess && !rows.length && (
        <Empty
          title={narrowed ? t('lists.no_match') : t('orders.none')}
          action={
            narrowed ? (
              <Link to="/orders" search={{}} className="link">
                {t('lists.all')}
              </Link>
            ) : (
              <Link to="/partners" className="link">
                {t('orders.none_do')}
              </Link>
            )
          }
        >
          {narrowed ? undefined : t('orders.none_why')}
        </Empty>
      )}
      {rows.length > 0 && (
        <table className="table cards picked">
          <caption className="sr">{t('place.orders')}</caption>
          <thead>
            <tr>
              <PickAll all={picking.all} />
              <SortHead by="number" sort={sort} change={change}>
                {t('orders.order')}
              </SortHead>
              <th>{buyer ? t('orders.supplier') : t('orders.customer')}</th>
              <SortHead by="issue_date" sort={sort} change={change}>
                {t('orders.date')}
              </SortHead>
              <th>{t('orders.state')}</th>
              <SortHead by="net" sort={sort} change={change} right>
                {t('orders.total')}
              </SortHead>
            </tr>
          </thead>
          <tbody>
            {rows.map((order) => (
              <tr
                key={order.id}
                data-on={picking.has(order.id) || undefined}
                data-off={order.status === 'closed' || undefined}
              >
                <td className="tick">
                  <Checkbox
                    size="xs"
                    aria-label={t('lists.pick', { number: order.number })}
                    checked={picking.has(order.id)}
                    onChange={() => picking.toggle(order.id)}
                  />
                </td>
                <td>
                  <Link to="/orders/$orderId" params={{ orderId: order.id }} className="ref">
                    {order.number}
                  </Link>
                </td>
                <td className="clip">{buyer ? order.supplier_name : order.buyer_name}</td>
                <td className="soft nowrap">{day(order.issue_date)}</td>
                <td>
                  <OrderStatus status={order.status} waitingFor={order.waiting_for} />
                </td>
                <td className="r num strong">{order.net_amount && money(order.net_amount, order.currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <MoreRows list={list} shown={rows.length} totals={totals} />
    </div>
  );
}
