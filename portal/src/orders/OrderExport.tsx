import { api } from '@/api/client';
import { hand } from '@/invoices/originals';
import type { Order } from '@/orders/shapes';
import { sheet } from '@/orders/sheet';
import type { Query } from '@/orders/useOrders';
import { ExportAction } from '@/parts/ExportAction';
import { useSpeech } from '@/words/speech';

const MOST_AT_ONCE = 200;

/** The list as a sheet, with every row that it has, not only those that are shown. */
export function OrderExport({ query }: { query: Query }) {
  const { t } = useSpeech();
  const make = async () => {
    const rows: Order[] = [];
    let cursor: string | null | undefined;
    do {
      const asked = { ...query, limit: MOST_AT_ONCE, ...(cursor ? { cursor } : {}) };
      const { data, error } = await api.GET('/v1/orders', { params: { query: asked as never } });
      if (!data) throw error;
      rows.push(...data.items);
      cursor = data.next;
    } while (cursor);
    const heads = ['order', 'date', 'customer', 'supplier', 'state', 'total', 'currency'] as const;
    const cells: (string | null)[][] = rows.map((row) => [
      row.number,
      row.issue_date,
      row.buyer_name,
      row.supplier_name,
      t(`orders.status.${row.status as 'published'}`, { defaultValue: row.status }),
      row.net_amount,
      row.currency,
    ]);
    hand(sheet([heads.map((head) => t(`orders.${head}`)), ...cells]), t('orders.sheet'));
  };
  return <ExportAction make={make} />;
}
