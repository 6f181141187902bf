import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { $api } from '@/api/client';
import { byField, isProblem } from '@/api/problem';
import { Empty, PageHead, Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useTitle } from '@/parts/useTitle';
import { Waiting } from '@/parts/Waiting';
import { useSpeech } from '@/words/speech';

/** What came to a buyer on paper, so that the same invoice is not taken again electronically. */
export function PaperInvoices() {
  const { t, day } = useSpeech();
  const queries = useQueryClient();
  const list = $api.useQuery('get', '/v1/paper-invoices', { params: { query: { limit: 100 } } });
  const connections = $api.useQuery('get', '/v1/connections', { params: { query: { status: 'active', limit: 100 } } });
  const suppliers = [
    ...new Map((connections.data?.items ?? []).map(({ supplier_id, supplier_name }) => [supplier_id, supplier_name])),
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
  const nameOf = (id: string) => suppliers.find(([supplier]) => supplier === id)?.[1] ?? '—';
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
        <div className="panel" data-flush>
          <ProblemNotice error={list.error ?? remove.error} />
          {list.isPending && <Waiting rows={3} />}
          {list.data?.items.length === 0 && <Empty title={t('uploads.paper_none')} />}
          <ul className="rows padded">
            {list.data?.items.map((paper) => (
              <li key={paper.id}>
                <div className="grow">
                  <b className="num">{paper.number}</b> {nameOf(paper.supplier_id)}
                  <span className="soft small block">
                    {day(paper.issue_date)} · {t('uploads.noted', { day: day(paper.noted_at) })}
                  </span>
                </div>
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`${t('settings.remove')} ${paper.number}`}
                  onClick={() => remove.mutate({ params: { path: { paper_id: paper.id } } })}
                >
                  {t('settings.remove')}
                </Button>
              </li>
            ))}
          </ul>
        </div>
      </div>
    </>
  );
}
