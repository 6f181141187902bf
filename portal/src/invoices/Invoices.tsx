import { keepPreviousData } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { $api } from '@/api/client';
import { ExportButton } from '@/invoices/ExportButton';
import { FreeInvoice } from '@/invoices/FreeInvoice';
import { InvoiceTable } from '@/invoices/InvoiceTable';
import { countOf, queryOf, SORTS, type Wanted } from '@/invoices/shapes';
import { Empty, PageHead } from '@/parts/Bits';
import { DateFilter } from '@/parts/DateFilter';
import { KeepView } from '@/parts/KeepView';
import { ListSearch } from '@/parts/ListSearch';
import { MayNot } from '@/parts/MayNot';
import { SortChoice } from '@/parts/Sorting';
import { useKeptViews } from '@/parts/useKeptViews';
import { useTitle } from '@/parts/useTitle';
import { Views } from '@/parts/Views';
import { boxOf, isBuyer, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

const SUPPLIER_VIEWS = ['all', 'mine', 'failed', 'delivered', 'overdue', 'draft', 'cancelled'] as const;
const BUYER_VIEWS = ['all', 'mine', 'unread', 'delivered', 'archived'] as const;

export function Invoices() {
  const { t } = useSpeech();
  const session = useSession();
  const { company } = session;
  const buyer = isBuyer(company);
  const wanted: Wanted = useSearch({ from: '/inside/invoices' });
  const go = useNavigate({ from: '/invoices' });
  const { kept, keep, forget } = useKeptViews<Wanted>('invoices', company.id);
  // the views of what is searched: their figures are those of the lists they open
  const { q, from, to, sort } = wanted;
  const counts = $api.useQuery(
    'get',
    '/v1/invoices/counts',
    { params: { query: { ...boxOf(session), ...queryOf({ q, from, to }) } } },
    { placeholderData: keepPreviousData },
  );
  const title = buyer ? t('place.received') : t('place.invoices');
  useTitle(title);
  const show = (next: Wanted, replace = false) => void go({ search: next, replace });
  const own = (buyer ? BUYER_VIEWS : SUPPLIER_VIEWS).map((key) => ({
    key: key as string,
    label: t(`invoices.view.${key}`),
    wanted: { ...wanted, state: key === 'all' ? undefined : key } as Wanted,
    count: counts.data && countOf(counts.data, key),
  }));
  const views = [...own, ...kept.map(({ name, wanted: its }) => ({ key: `kept:${name}`, label: name, wanted: its }))];
  const named = kept.find(({ wanted: its }) => JSON.stringify(its) === JSON.stringify(wanted));
  const chosen = named ? `kept:${named.name}` : (wanted.state ?? 'all');
  const unkept = !named && Boolean(q ?? from ?? to ?? sort);
  return (
    <>
      <PageHead
        title={title}
        lead={buyer ? t('invoices.lead_buyer') : t('invoices.lead')}
        actions={
          <>
            <Link to="/trash" className="link">
              {t('place.trash')}
            </Link>
            <Link to={buyer ? '/paper' : '/uploads'} className="link">
              {t(buyer ? 'uploads.paper' : 'uploads.title')}
            </Link>
            <ExportButton wanted={wanted} />
          </>
        }
      />
      <Views
        label={t('lists.views')}
        views={views}
        chosen={chosen}
        choose={(key) => show(views.find((view) => view.key === key)?.wanted ?? {})}
        forget={(key) => key.startsWith('kept:') && forget(key.slice('kept:'.length))}
      />
      <div className="filters">
        <ListSearch
          label={t('invoices.search')}
          placeholder={t('invoices.numbers')}
          value={wanted.q ?? ''}
          onSettled={(typed) => show({ ...wanted, q: typed || undefined }, true)}
        />
        {(['from', 'to'] as const).map((end) => (
          <DateFilter
            key={end}
            label={t(`invoices.${end}`)}
            word={t(`lists.${end}`)}
            value={wanted[end]}
            change={(day) => show({ ...wanted, [end]: day }, true)}
          />
        ))}
        <SortChoice
          by={SORTS.map((name) => [name, t(`invoices.sort.${name}`)])}
          sort={sort}
          change={(next) => show({ ...wanted, sort: next })}
        />
        {unkept && <KeepView keep={(name) => keep(name, wanted)} />}
      </div>
      <InvoiceTable wanted={wanted} show={show} />
    </>
  );
}

export function Drafts() {
  const { t } = useSpeech();
  const { q, sort } = useSearch({ from: '/inside/drafts' });
  const go = useNavigate({ from: '/drafts' });
  const show = ({ q, sort }: Wanted) => void go({ search: { q, sort }, replace: true });
  useTitle(t('place.drafts'));
  return (
    <>
      <PageHead title={t('place.drafts')} lead={t('invoices.lead_drafts')} actions={<FreeInvoice />} />
      <MayNot act="invoice" />
      <div className="filters">
        <ListSearch
          label={t('invoices.search_drafts')}
          placeholder={t('invoices.numbers')}
          value={q ?? ''}
          onSettled={(typed) => show({ q: typed || undefined, sort })}
        />
      </div>
      <InvoiceTable
        wanted={{ state: 'draft', q, sort }}
        show={show}
        empty={
          <Empty
            title={t('invoices.none_drafts')}
            action={
              <Link to="/orders" search={{}} className="link">
                {t('invoices.none_do')}
              </Link>
            }
          >
            {t('invoices.none_drafts_why')}
          </Empty>
        }
      />
    </>
  );
}
