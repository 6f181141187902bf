import { Link } from '@tanstack/react-router';
import { $api } from '@/api/client';
import { useCustomer } from '@/orders/useCustomer';
import { Icon } from '@/parts/Icon';
import { useSpeech } from '@/words/speech';

/** How much waits where: each figure is that of the list it opens. */
export function Tiles() {
  const { t, count } = useSpeech();
  const counts = $api.useQuery('get', '/v1/invoices/counts');
  const balance = $api.useQuery('get', '/v1/invoices/balance');
  const customer = useCustomer();
  const orders = $api.useQuery(
    'get',
    '/v1/orders/counts',
    { params: { query: customer.query } },
    { enabled: customer.settled },
  );
  const mine = (state: string) =>
    counts.data
      ?.filter((each) => each.box === 'sent' && each.state === state)
      .reduce((all, each) => all + each.count, 0);
  const found = orders.data?.reduce((all, { count: some }) => all + some, 0);
  const said = (figure: number | undefined) => (figure === undefined ? '–' : count(figure));
  return (
    <ul className="tiles" aria-label={t('home.tiles')}>
      <li>
        <Link to="/orders" search={{}}>
          <Icon name="orders" size={18} />
          <b className="num">{said(found)}</b>
          <span>{t('home.tile.orders', { count: found ?? 0 })}</span>
        </Link>
      </li>
      <li>
        <Link to="/drafts">
          <Icon name="drafts" size={18} />
          <b className="num">{said(mine('draft'))}</b>
          <span>{t('home.tile.drafts', { count: mine('draft') ?? 0 })}</span>
        </Link>
      </li>
      <li>
        <Link to="/invoices" search={{ state: 'failed' }} data-alarm={Boolean(mine('failed')) || undefined}>
          <Icon name="failed" size={18} />
          <b className="num">{said(mine('failed'))}</b>
          <span>{t('home.tile.failed', { count: mine('failed') ?? 0 })}</span>
        </Link>
      </li>
      <li>
        <Link to="/settings/{-$room}" params={{ room: 'plan' }} data-alarm={balance.data?.left === 0 || undefined}>
          <Icon name="sent" size={18} />
          <b className="num">{balance.data?.left === null ? '∞' : said(balance.data?.left)}</b>
          <span>
            {balance.data?.left === null
              ? t('home.tile.unlimited')
              : t('home.tile.left', { count: balance.data?.left ?? 0 })}
          </span>
        </Link>
      </li>
    </ul>
  );
}
