import '@/look/lists.css';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { $api, api } from '@/api/client';
import { usePages } from '@/api/pages';
import { OrderStatus } from '@/orders/OrderStatus';
import { useCustomer } from '@/orders/useCustomer';
import { Empty, PageHead } from '@/parts/Bits';
import { Icon } from '@/parts/Icon';
import { ListSearch } from '@/parts/ListSearch';
import { MoreRows } from '@/parts/MoreRows';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useTitle } from '@/parts/useTitle';
import { Views } from '@/parts/Views';
import { Waiting } from '@/parts/Waiting';
import { isBuyer, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

const SUPPLIER_VIEWS = ['all', 'published', 'accepted', 'rejected', 'every', 'archived'] as const;
const BUYER_VIEWS = ['all', 'waiting', 'published', 'accepted', 'rejected', 'closed'] as const;
type State = (typeof SUPPLIER_VIEWS | typeof BUYER_VIEWS)[number];
/** Two views look elsewhere than among what can be worked on; the others are a status. */
const SHOWN: Partial<Record<State, 'all' | 'archived'>> = { every: 'all', archived: 'archived' };
const PAGE = 50;

export function Orders() {
  const { t, money, day } = useSpeech();
  const { company } = useSession();
  const buyer = isBuyer(company);
  const wanted = useSearch({ from: '/inside/orders' });
  const { q, from, to } = wanted;
  const go = useNavigate({ from: '/orders' });
  const state = wanted.state as State | undefined;
  const show = (next: typeof wanted, replace = false) => void go({ search: next, replace });
  const customer = useCustomer(wanted.partner, q);
  const query = {
    limit: PAGE,
    ...customer.query,
    ...(q ? { number: q } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
    ...(state && (SHOWN[state] ? { show: SHOWN[state] } : { status: state as 'published' })),
  };
  const list = usePages(
    '/v1/orders',
    query,
    (cursor) => api.GET('/v1/orders', { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }),
    customer.settled,
  );
  const { rows } = list;
  const asked = list.data?.pages[0];
  const narrowed = Boolean(q ?? state ?? from ?? to);
  useTitle(t('place.orders'));
  return (
    <>
      <PageHead
        title={t('place.orders')}
        lead={buyer ? t('orders.lead_buyer') : t('orders.lead')}
        actions={
          buyer && (
            <>
              <Link to="/orders/files" className="link">
                {t('files.title')}
              </Link>
              <Button
                renderRoot={(props) => <Link to="/orders/new" {...props} />}
                leftSection={<Icon name="plus" size={16} />}
              >
                {t('orders.new')}
              </Button>
            </>
          )
        }
      />
      <Views<State>
        label={t('lists.views')}
        views={(buyer ? BUYER_VIEWS : SUPPLIER_VIEWS).map((key) => ({ key, label: t(`orders.view.${key}`) }))}
        chosen={state ?? 'all'}
        choose={(key) => show({ ...wanted, state: key === 'all' ? undefined : key })}
      />
      <div className="filters">
        <ListSearch
          label={t('orders.search')}
          placeholder={t('orders.number')}
          value={q ?? ''}
          onSettled={(typed) => show({ ...wanted, q: typed || undefined }, true)}
        />
        <NativeSelect
          className="filter-choice"
          aria-label={t(buyer ? 'orders.whose_supplier' : 'orders.whose')}
          value={customer.chosen ?? ''}
          data={[
            ...(customer.all ? [{ value: '', label: t(buyer ? 'orders.everybody' : 'orders.every_customer') }] : []),
            ...customer.partners.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(event) => {
            customer.remember(event.currentTarget.value);
            show({ ...wanted, partner: event.currentTarget.value || undefined });
          }}
        />
        {(['from', 'to'] as const).map((end) => (
          <TextInput
            key={end}
            className="filter-date"
            type="date"
            aria-label={t(`orders.${end}`)}
            title={t(`orders.${end}`)}
            value={wanted[end] ?? asked?.[end] ?? ''}
            onChange={(event) => show({ ...wanted, [end]: event.currentTarget.value || undefined }, true)}
          />
        ))}
      </div>
      <ProblemNotice error={list.error ?? customer.error} />
      <div className="panel" data-flush>
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
          <table className="table cards four">
            <caption className="sr">{t('place.orders')}</caption>
            <thead>
              <tr>
                <th>{t('orders.order')}</th>
                <th>{buyer ? t('orders.supplier') : t('orders.customer')}</th>
                <th>{t('orders.date')}</th>
                <th>{t('orders.state')}</th>
                <th className="r">{t('orders.total')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((order) => (
                <tr key={order.id} data-off={order.status === 'closed' || undefined}>
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
        <MoreRows list={list} shown={rows.length} />
      </div>
      {!buyer && <p className="soft small under">{t('orders.hidden')}</p>}
      {!buyer && <Why />}
    </>
  );
}

/** "Why is my order not here?": answered by its number. */
function Why() {
  const { t } = useSpeech();
  const [number, setNumber] = useState('');
  const [asked, setAsked] = useState('');
  const why = $api.useQuery(
    'get',
    '/v1/orders/why',
    { params: { query: { number: asked } } },
    { enabled: asked !== '' },
  );
  return (
    <form
      className="why"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(number.trim());
      }}
    >
      <div className="grow">
        <h2>{t('orders.missing')}</h2>
        <p className="soft">{t('orders.missing_lead')}</p>
        <div role="status">
          {why.data?.reasons.map((reason) => (
            <p key={`${reason.code}${reason.order_id}`} className="reason">
              <Icon name="blocked" size={15} />
              <span>
                {t(`orders.why.${reason.code}`, { number: asked })} {reason.contact && <b>{reason.contact}</b>}
              </span>
            </p>
          ))}
        </div>
        <ProblemNotice error={why.error} />
      </div>
      <TextInput
        aria-label={t('orders.missing_number')}
        placeholder="45001…"
        value={number}
        onChange={(event) => setNumber(event.currentTarget.value)}
      />
      <Button variant="default" type="submit" loading={why.isFetching}>
        {t('orders.missing_ask')}
      </Button>
    </form>
  );
}
