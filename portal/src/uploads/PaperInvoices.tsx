import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { $api, api } from '@/api/client';
import { usePages } from '@/api/pages';
import { byField, isProblem } from '@/api/problem';
import { isActive, useConnections } from '@/partners/useConnections';
import { Empty, PageHead, Panel } from '@/parts/Bits';
import { MayNot } from '@/parts/MayNot';
import { MoreRows } from '@/parts/MoreRows';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useTitle } from '@/parts/useTitle';
import { Waiting } from '@/parts/Waiting';
import { useMay, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

const PAGE = 100;

/** What came to a buyer on paper, so that the same invoice is not taken again electronically. */
export function PaperInvoices() {
  const { t, day } = useSpeech();
  const queries = useQueryClient();
  const { company } = useSession();
  const mayDecide = useMay('decide');
  const list = usePages('/v1/paper-invoices', { limit: PAGE }, (cursor) =>
    api.GET('/v1/paper-invoices', { params: { query: { limit: PAGE, ...(cursor ? { cursor } : {}) } } }),
  );
  const connections = useConnections();
  const all = (connections.data ?? []).filter(({ buyer_id }) => buyer_id === company.id);
  const suppliers = [
    ...new Map(all.filter(isActive).map(({ supplier_id, supplier_name }) => [supplier_id, supplier_name])),
  ];
  const onSuccess = () => void queries.invalidateQueries({ queryKey: ['get', '/v1/paper-invoices'] });
  const form = useForm({ initialValues: { supplier_id: '', number: '', issue_date: '' } });
  const note = $api.useMutation('post', '/v1/paper-invoices', {
    onSuccess: () => {
      form.reset();
      onSuccess();
    },
    onError: (error: unknown) => isProblem(error) && form.setErrors(byField(error)),
  });
  const remove = $api.useMutation('delete', '/v1/paper-invoices/{paper_id}', { onSuccess });
  const nameOf = (id: string) => all.find(({ supplier_id }) => supplier_id === id)?.supplier_name ?? '—';
  useTitle(t('uploads.paper'));
  return (
    <>
      <PageHead
        over={
          <Link to="/invoices" search={{}} className="link back">
            {t('place.received')}
          </Link>
        }
        title={t('uploads.paper')}
        lead={t('uploads.paper_lead')}
      />
      <div className="stack">
        <MayNot act="decide" />
        {mayDecide && (
          <Panel>
            <form
              className="stack"
              onSubmit={form.onSubmit((values) =>
                note.mutate({ body: { ...values, supplier_id: values.supplier_id || (suppliers[0]?.[0] ?? '') } }),
              )}
            >
              <ProblemNotice error={note.error ?? connections.error} />
              <div className="two">
                <NativeSelect
                  label={t('orders.supplier')}
                  data={suppliers.map(([value, label]) => ({ value, label }))}
                  {...form.getInputProps('supplier_id')}
                />
                <TextInput label={t('convert.number')} required {...form.getInputProps('number')} />
                <TextInput label={t('invoices.issued')} type="date" required {...form.getInputProps('issue_date')} />
              </div>
              <div className="row">
                <Button type="submit" loading={note.isPending}>
                  {t('uploads.note')}
                </Button>
              </div>
            </form>
          </Panel>
        )}
        <div className="panel" data-flush>
          <ProblemNotice error={list.error ?? remove.error} />
          {list.isPending && <Waiting rows={3} />}
          {list.isSuccess && list.rows.length === 0 && <Empty title={t('uploads.paper_none')} />}
          <ul className="rows padded">
            {list.rows.map((paper) => (
              <li key={paper.id}>
                <div className="grow">
                  <b className="num">{paper.number}</b> {nameOf(paper.supplier_id)}
                  <span className="soft small block">
                    {day(paper.issue_date)} · {t('uploads.noted', { day: day(paper.noted_at) })}
                  </span>
                </div>
                {mayDecide && (
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={`${t('settings.remove')} ${paper.number}`}
                    onClick={() => remove.mutate({ params: { path: { paper_id: paper.id } } })}
                  >
                    {t('settings.remove')}
                  </Button>
                )}
              </li>
            ))}
          </ul>
          <MoreRows list={list} shown={list.rows.length} />
        </div>
      </div>
    </>
  );
}
