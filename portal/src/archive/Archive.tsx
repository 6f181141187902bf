import '@/look/lists.css';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '@/api/client';
import { usePages } from '@/api/pages';
import { AmountFilter } from '@/archive/AmountFilter';
import { ArchiveExport } from '@/archive/ArchiveExport';
import { LegalCountries } from '@/archive/LegalCountries';
import { queryOf, type Wanted } from '@/archive/shapes';
import { fileName } from '@/invoices/originals';
import { Verdict, verifyFile } from '@/invoices/ProofPanel';
import { Empty, PageHead, Panel } from '@/parts/Bits';
import { DateFilter } from '@/parts/DateFilter';
import { FileLink } from '@/parts/FileLink';
import { Icon } from '@/parts/Icon';
import { ListSearch } from '@/parts/ListSearch';
import { MoreRows } from '@/parts/MoreRows';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useTitle } from '@/parts/useTitle';
import { Waiting } from '@/parts/Waiting';
import { useSpeech } from '@/words/speech';

const PAGE = 50;

/** The sealed originals, and the place to ask whether a file in hand is one of them. */
export function Archive() {
  const { t, money, day, count } = useSpeech();
  const wanted = useSearch({ from: '/inside/archive' });
  const go = useNavigate({ from: '/archive' });
  const show = (more: Wanted) => void go({ search: { ...wanted, ...more }, replace: true });
  const narrowed = queryOf(wanted);
  const query = { limit: PAGE, ...narrowed };
  const list = usePages('/v1/archive', query, (cursor) =>
    api.GET('/v1/archive', { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } }),
  );
  const { rows } = list;
  useTitle(t('place.archive'));
  return (
    <>
      <PageHead
        title={t('place.archive')}
        lead={t('archive.lead')}
        actions={rows.length > 0 && <ArchiveExport query={narrowed} />}
      />
      <LegalCountries />
      <div className="filters">
        <ListSearch
          label={t('archive.search')}
          placeholder={t('archive.number')}
          value={wanted.q ?? ''}
          onSettled={(typed) => show({ q: typed || undefined })}
        />
        {(['from', 'to'] as const).map((end) => (
          <DateFilter
            key={end}
            label={t(`archive.${end}`)}
            word={t(`lists.${end}`)}
            value={wanted[end]}
            change={(day) => show({ [end]: day })}
          />
        ))}
        {(['min', 'max'] as const).map((end) => (
          <AmountFilter
            key={end}
            label={t(`archive.${end}`)}
            value={wanted[end] ?? ''}
            change={(amount) => show({ [end]: amount })}
          />
        ))}
      </div>
      <ProblemNotice error={list.error} />
      <div className="stack">
        <div className="panel" data-flush>
          {list.isPending && <Waiting />}
          {list.isSuccess && !rows.length && (
            <Empty
              title={Object.keys(narrowed).length ? t('lists.no_match') : t('archive.none')}
              action={
                <Link to="/invoices" search={{}} className="link">
                  {t('archive.none_do')}
                </Link>
              }
            />
          )}
          {rows.length > 0 && (
            <table className="table cards four">
              <caption className="sr">{t('place.archive')}</caption>
              <thead>
                <tr>
                  <th>{t('invoices.invoice')}</th>
                  <th>{t('archive.sequence')}</th>
                  <th>{t('archive.kept')}</th>
                  <th>{t('archive.files')}</th>
                  <th className="r">{t('archive.gross')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((original) => (
                  <tr key={original.archive_id}>
                    <td>
                      <Link to="/invoices/$invoiceId" params={{ invoiceId: original.invoice_id }} className="ref">
                        {original.number ?? original.sha256.slice(0, 8)}
                      </Link>
                      <span className="soft small block">{original.issue_date && day(original.issue_date)}</span>
                      {original.legal === false && (
                        <span className="soft small block" title={t('archive.legal.elsewhere')}>
                          {t('archive.legal.image')}
                        </span>
                      )}
                    </td>
                    <td className="num">{count(original.sequence)}</td>
                    <td className="soft nowrap">{day(original.retain_until)}</td>
                    <td>
                      <span className="row tight">
                        <File
                          invoice={original.invoice_id}
                          name="original.pdf"
                          word={t('archive.pdf')}
                          number={original.number}
                        />
                        <File invoice={original.invoice_id} name="invoice.xml" word="XML" number={original.number} />
                        <File
                          invoice={original.invoice_id}
                          name="bundle.zip"
                          word={t('archive.zip')}
                          number={original.number}
                        />
                        {original.archive_option ? (
                          <File
                            invoice={original.invoice_id}
                            name="container.asice"
                            word={t('archive.container')}
                            number={original.number}
                          />
                        ) : (
                          <span className="soft small" title={t('archive.no_container_why')}>
                            {t('archive.no_container')}
                          </span>
                        )}
                      </span>
                    </td>
                    <td className="r num strong">
                      {original.gross && original.currency && money(original.gross, original.currency)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          <MoreRows list={list} shown={rows.length} />
        </div>
        <Verify />
      </div>
    </>
  );
}

function File({ invoice, name, word, number }: { invoice: string; name: string; word: string; number: string | null }) {
  return (
    <FileLink
      path={`/v1/archive/${invoice}/${name}`}
      name={`${fileName({ id: invoice, number })}.${name.split('.')[1]}`}
      label={`${word} ${number ?? ''}`}
    >
      {word}
    </FileLink>
  );
}

function Verify() {
  const { t } = useSpeech();
  const verify = useMutation({ mutationFn: (file: File) => verifyFile(file) });
  return (
    <Panel title={t('archive.check')}>
      <p className="soft">{t('archive.check_lead')}</p>
      <label className="drop">
        <Icon name="plus" size={14} />
        {t('archive.choose')}
        <input
          type="file"
          accept="application/pdf"
          className="sr"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            if (file) verify.mutate(file);
          }}
        />
      </label>
      <div role="status" className="verdict">
        {verify.data && <Verdict verified={verify.data} />}
        <ProblemNotice error={verify.error} />
      </div>
    </Panel>
  );
}
