import { Button, NativeSelect } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { $api } from '@/api/client';
import { OrderExport } from '@/orders/OrderExport';
import { OrderTable } from '@/orders/OrderTable';
import { BUYER_VIEWS, ELSEWHERE, queryOf, SORTS, SUPPLIER_VIEWS, type Wanted } from '@/orders/shapes';
import { useCustomer } from '@/orders/useCustomer';
import { useOrders, useOrderTotals } from '@/orders/useOrders';
import { Why } from '@/orders/Why';
import { PageHead } from '@/parts/Bits';
import { DateFilter } from '@/parts/DateFilter';
import { Icon } from '@/parts/Icon';
import { KeepView } from '@/parts/KeepView';
import { ListSearch } from '@/parts/ListSearch';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { SortChoice } from '@/parts/Sorting';
import { useKeptViews } from '@/parts/useKeptViews';
import { useTitle } from '@/parts/useTitle';
import { Views } from '@/parts/Views';
import { isBuyer, useMay, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

export function Orders() {
  const { t } = useSpeech();
  const { company } = useSession();
  const buyer = isBuyer(company);
  const mayWrite = useMay('order');
  const wanted: Wanted = useSearch({ from: '/inside/orders' });
  const go = useNavigate({ from: '/orders' });
  const { kept, keep, forget } = useKeptViews<Wanted>('orders', company.id);
  const show = (next: Wanted, replace = false) => void go({ search: next, replace });
  const customer = useCustomer(wanted.partner, wanted.q);
  const query = { ...customer.query, ...queryOf(wanted) };
  const list = useOrders(query, wanted.sort, customer.settled);
  const totals = useOrderTotals(query, customer.settled);
  const { q, from, to } = wanted;
  const counts = $api.useQuery(
    'get',
    '/v1/orders/counts',
    { params: { query: { ...customer.query, ...queryOf({ q, from, to }) } } },
    { enabled: customer.settled, placeholderData: keepPreviousData },
  );
  // two views look elsewhere: they have no figure here
  const countOf = (key: string) =>
    ELSEWHERE.includes(key)
      ? undefined
      : counts.data?.filter(({ status }) => key === 'all' || status === key).reduce((all, { count }) => all + count, 0);
  const asked = list.data?.pages[0];
  useTitle(t('place.orders'));
  // a view of the list keeps whose orders, what is searched and the period; one with a name brings its own
  const own = (buyer ? BUYER_VIEWS : SUPPLIER_VIEWS).map((key) => ({
    key: key as string,
    label: t(`orders.view.${key}`),
    count: countOf(key),
    wanted: { ...wanted, state: key === 'all' ? undefined : key } as Wanted,
  }));
  const named = kept.map(({ name, wanted: its }) => ({ key: `kept:${name}`, label: name, wanted: its }));
  const same = named.find(({ wanted: its }) => JSON.stringify(its) === JSON.stringify(wanted));
  return (
    <>
      <PageHead
        title={t('place.orders')}
        lead={buyer ? t('orders.lead_buyer') : t('orders.lead')}
        actions={
          <>
            {buyer && (
              <Link to="/orders/files" className="link">
                {t('files.title')}
              </Link>
            )}
            <OrderExport query={query} />
            {buyer && mayWrite && (
              <Button
                renderRoot={(props) => <Link to="/orders/new" {...props} />}
                leftSection={<Icon name="plus" size={16} />}
              >
                {t('orders.new')}
              </Button>
            )}
          </>
        }
      />
      <Views
        label={t('lists.views')}
        views={[...own, ...named]}
        chosen={same?.key ?? wanted.state ?? 'all'}
        choose={(key) => show([...own, ...named].find((view) => view.key === key)?.wanted ?? {})}
        forget={(key) => key.startsWith('kept:') && forget(key.slice('kept:'.length))}
      />
      <div className="filters">
        <ListSearch
          label={t('orders.search')}
          placeholder={t('orders.number')}
          value={wanted.q ?? ''}
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
          <DateFilter
            key={end}
            label={t(`orders.${end}`)}
            word={t(`lists.${end}`)}
            value={wanted[end] ?? asked?.[end] ?? undefined}
            change={(day) => show({ ...wanted, [end]: day }, true)}
          />
        ))}
        <SortChoice
          by={SORTS.map((name) => [name, t(`orders.sort.${name}`)])}
          sort={wanted.sort}
          change={(next) => show({ ...wanted, sort: next })}
        />
        {!same && (wanted.q ?? wanted.from ?? wanted.to ?? wanted.partner) && (
          <KeepView keep={(name) => keep(name, wanted)} />
        )}
      </div>
      <ProblemNotice error={list.error ?? customer.error} />
      <OrderTable
        list={list}
        totals={totals}
        sort={wanted.sort}
        change={(sort) => show({ ...wanted, sort })}
        narrowed={Object.keys(queryOf(wanted)).length > 0}
      />
      {!buyer && <p className="soft small under">{t('orders.hidden')}</p>}
      {!buyer && <Why />}
    </>
  );
}
