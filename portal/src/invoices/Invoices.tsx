import { TextInput } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { ExportButton } from '@/invoices/ExportButton';
import { FreeInvoice } from '@/invoices/FreeInvoice';
import { InvoiceTable } from '@/invoices/InvoiceTable';
import type { Wanted } from '@/invoices/shapes';
import { Empty, PageHead } from '@/parts/Bits';
import { KeepView } from '@/parts/KeepView';
import { ListSearch } from '@/parts/ListSearch';
import { MayNot } from '@/parts/MayNot';
import { useKeptViews } from '@/parts/useKeptViews';
import { useTitle } from '@/parts/useTitle';
import { Views } from '@/parts/Views';
import { isBuyer, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

const SUPPLIER_VIEWS = ['all', 'failed', 'delivered', 'overdue', 'draft', 'cancelled'] as const;
const BUYER_VIEWS = ['all', 'unread', 'delivered', 'archived'] as const;

export function Invoices() {
  const { t } = useSpeech();
  const { company } = useSession();
  const buyer = isBuyer(company);
  const wanted: Wanted = useSearch({ from: '/inside/invoices' });
  const go = useNavigate({ from: '/invoices' });
  const { kept, keep, forget } = useKeptViews<Wanted>('invoices', company.id);
  const title = buyer ? t('place.received') : t('place.invoices');
  useTitle(title);
  const show = (next: Wanted, replace = false) => void go({ search: next, replace });
  const own = (buyer ? BUYER_VIEWS : SUPPLIER_VIEWS).map((key) => ({
    key: key as string,
    label: t(`invoices.view.${key}`),
    wanted: key === 'all' ? {} : { state: key },
  }));
  const views = [...own, ...kept.map(({ name, wanted: its }) => ({ key: `kept:${name}`, label: name, wanted: its }))];
  const same = (its: Wanted) => JSON.stringify(its) === JSON.stringify(wanted);
  const chosen = views.find(({ wanted: its }) => same(its))?.key ?? wanted.state ?? 'all';
  const unkept = !views.some(({ wanted: its }) => same(its));
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
          <TextInput
            key={end}
            className="filter-date"
            type="date"
            aria-label={t(`invoices.${end}`)}
            title={t(`invoices.${end}`)}
            value={wanted[end] ?? ''}
            onChange={(event) => show({ ...wanted, [end]: event.currentTarget.value || undefined }, true)}
          />
        ))}
        {unkept && <KeepView keep={(name) => keep(name, wanted)} />}
      </div>
      <InvoiceTable wanted={wanted} />
    </>
  );
}

export function Drafts() {
  const { t } = useSpeech();
  useTitle(t('place.drafts'));
  return (
    <>
      <PageHead title={t('place.drafts')} lead={t('invoices.lead_drafts')} actions={<FreeInvoice />} />
      <MayNot act="write" />
      <InvoiceTable
        wanted={{ state: 'draft' }}
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
