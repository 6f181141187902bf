import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { $api } from '@/api/client';
import { isProblem } from '@/api/problem';
import { isDecimal, typed } from '@/convert/decimal';
import { Empty, Notice, Panel } from '@/parts/Bits';
import { Icon } from '@/parts/Icon';
import { MayNot } from '@/parts/MayNot';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { useMay } from '@/session/session';
import { useSpeech } from '@/words/speech';

const KINDS = ['GST', 'HST', 'PST', 'QST'] as const;
type Kind = (typeof KINDS)[number];
const CODE = /^[A-Z0-9-]{1,20}$/;
const part = () => ({ kind: 'GST' as Kind, rate: '', registration: '' });

/** The taxes of a supplier in Canada: each code is one rate of an invoice's line, made of one or several taxes. */
export function TaxCodes() {
  const { t, qty } = useSpeech();
  const queries = useQueryClient();
  const { invoice } = useSearch({ from: '/inside/settings/{-$room}' });
  const mayWrite = useMay('invoice');
  const codes = $api.useQuery('get', '/v1/tax-codes');
  const again = () => queries.invalidateQueries({ queryKey: ['get', '/v1/tax-codes'] });
  const form = useForm({
    initialValues: { code: '', name: '', parts: [part()] },
    validate: {
      code: (code) => (CODE.test(code.trim().toUpperCase()) ? null : t('taxes.code_form')),
      parts: {
        rate: (rate) => (isDecimal(typed(rate)) ? null : t('orders.not_a_number')),
      },
    },
  });
  const set = $api.useMutation('put', '/v1/tax-codes/{code}', {
    onSuccess: () => {
      form.reset();
      void again();
    },
    onError: (error: unknown) => {
      for (const { pointer = '', detail } of (isProblem(error) && error.violations) || [])
        form.setFieldError(pointer.slice(1).replaceAll('/', '.'), detail);
    },
  });
  const remove = $api.useMutation('delete', '/v1/tax-codes/{code}', { onSuccess: () => void again() });
  if (!codes.data) return codes.error ? <ProblemNotice error={codes.error} /> : <Waiting />;
  return (
    <div className="stack">
      {invoice && (
        <Notice
          tone="info"
          icon="draft"
          title={t('taxes.invoice_waits')}
          action={
            <Link to="/invoices/$invoiceId/edit" params={{ invoiceId: invoice }} className="link">
              {t('taxes.back_to_invoice')}
            </Link>
          }
        >
          {t('taxes.invoice_waits_why')}
        </Notice>
      )}
      <Panel title={t('taxes.title')} flush={codes.data.length === 0}>
        <ProblemNotice error={remove.error} />
        {codes.data.length === 0 && <Empty title={t('taxes.none')}>{t('taxes.none_why')}</Empty>}
        <ul className="rows">
          {codes.data.map(({ code, name, rate, parts }) => (
            <li key={code}>
              <div className="grow">
                <b className="num">{code}</b> {name} <span className="num soft">{qty(rate)} %</span>
                <span className="soft small block num">
                  {parts
                    .map((each) => `${t(`taxes.kind.${each.kind}`)} ${qty(each.rate)} % (${each.registration})`)
                    .join(' · ')}
                </span>
              </div>
              {mayWrite && (
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`${t('settings.remove')} ${code}`}
                  onClick={() => remove.mutate({ params: { path: { code } } })}
                >
                  {t('settings.remove')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      </Panel>
      <MayNot act="invoice" />
      {mayWrite && (
        <Panel title={t('taxes.add')}>
          <form
            className="stack"
            onSubmit={form.onSubmit(({ code, name, parts }) =>
              set.mutate({
                params: { path: { code: code.trim().toUpperCase() } },
                body: { name, parts: parts.map((each) => ({ ...each, rate: typed(each.rate) })) },
              }),
            )}
          >
            <ProblemNotice error={set.error} />
            <div className="two">
              <TextInput
                label={t('taxes.code')}
                description={t('taxes.code_form')}
                placeholder="HST-ON"
                required
                classNames={{ input: 'num' }}
                {...form.getInputProps('code')}
              />
              <TextInput
                label={t('taxes.name')}
                description={t('taxes.name_why')}
                required
                maxLength={80}
                {...form.getInputProps('name')}
              />
            </div>
            {form.values.parts.map((_, i) => (
              <fieldset className="keyed-line tax-part" key={i}>
                <legend className="sr">{t('taxes.part', { n: i + 1 })}</legend>
                <NativeSelect
                  label={t('taxes.kind_of')}
                  data={KINDS.map((value) => ({ value, label: t(`taxes.kind.${value}`) }))}
                  {...form.getInputProps(`parts.${i}.kind`)}
                />
                <TextInput
                  label={t('taxes.rate')}
                  inputMode="decimal"
                  required
                  classNames={{ input: 'num' }}
                  {...form.getInputProps(`parts.${i}.rate`)}
                />
                <TextInput
                  label={t('taxes.registration')}
                  placeholder="123456789RT0001"
                  required
                  maxLength={30}
                  classNames={{ input: 'num' }}
                  {...form.getInputProps(`parts.${i}.registration`)}
                />
                {i > 0 && (
                  <button
                    type="button"
                    className="bare"
                    aria-label={`${t('settings.remove')} ${t('taxes.part', { n: i + 1 })}`}
                    onClick={() => form.removeListItem('parts', i)}
                  >
                    <Icon name="close" size={16} />
                  </button>
                )}
              </fieldset>
            ))}
            <div className="row wrap">
              <Button type="submit" loading={set.isPending}>
                {t('settings.keep')}
              </Button>
              {form.values.parts.length < KINDS.length && (
                <Button
                  variant="default"
                  leftSection={<Icon name="plus" size={14} />}
                  onClick={() => form.insertListItem('parts', part())}
                >
                  {t('taxes.add_part')}
                </Button>
              )}
            </div>
          </form>
        </Panel>
      )}
    </div>
  );
}
