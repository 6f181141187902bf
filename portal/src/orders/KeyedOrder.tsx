import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link, useNavigate } from '@tanstack/react-router';
import { $api, api } from '@/api/client';
import { byField, isProblem } from '@/api/problem';
import { isDecimal, typed } from '@/convert/decimal';
import { RATES } from '@/convert/useRates';
import { today } from '@/orders/today';
import { UNITS } from '@/orders/units';
import { isActive, useConnections } from '@/partners/useConnections';
import { PageHead, Panel } from '@/parts/Bits';
import { Icon } from '@/parts/Icon';
import { MayNot } from '@/parts/MayNot';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useTitle } from '@/parts/useTitle';
import { Waiting } from '@/parts/Waiting';
import { useMay, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

const line = () => ({ name: '', quantity: '1', unit: 'C62', price: '', rate: '20' });

/** An order typed by hand, for a buyer without an ERP. */
export function KeyedOrder() {
  const { t, qty } = useSpeech();
  const { company } = useSession();
  const mayWrite = useMay('order');
  const go = useNavigate();
  const partners = useConnections();
  const suppliers = (partners.data ?? []).filter((each) => isActive(each) && each.buyer_id === company.id);
  const own = $api.useQuery('get', '/v1/companies/{company_id}', { params: { path: { company_id: company.id } } });
  const form = useForm({
    initialValues: { number: '', date: today(), supplier: '', lines: [line()] },
    validate: {
      lines: {
        quantity: (value) => (isDecimal(typed(value)) ? null : t('orders.not_a_number')),
        price: (value) => (isDecimal(typed(value)) ? null : t('orders.not_a_number')),
      },
    },
  });
  const publish = $api.useMutation('post', '/v1/orders', {
    onSuccess: ({ id }) => void go({ to: '/orders/$orderId', params: { orderId: id } }),
    onError: (error: unknown) => isProblem(error) && form.setErrors(byField(error)),
  });
  useTitle(t('orders.new'));
  if (!partners.data || !own.data) {
    const error = partners.error ?? own.error;
    return error ? <ProblemNotice error={error} /> : <Waiting />;
  }
  const head = (
    <PageHead
      over={
        <Link to="/orders" search={{}} className="link back">
          {t('place.orders')}
        </Link>
      }
      title={t('orders.new')}
      lead={t('orders.new_lead')}
    />
  );
  if (!mayWrite)
    return (
      <>
        {head}
        <MayNot act="order" />
      </>
    );
  const buyer = own.data;
  const submit = async (values: typeof form.values) => {
    const connection = suppliers.find(({ id }) => id === values.supplier) ?? suppliers[0];
    if (!connection) return;
    // by its own numbers, so that nobody has to guess which company of this name is meant
    const { data: seller } = await api.GET('/v1/partners/{company_id}', {
      params: { path: { company_id: connection.supplier_id } },
    });
    const document = {
      number: values.number,
      issue_date: values.date,
      currency: 'EUR',
      buyer: {
        name: buyer.legal_name,
        vat_identifier: buyer.vat_id,
        legal_registration: buyer.legal_id,
        electronic_address: buyer.electronic_address,
        address: {
          line_one: buyer.address.line_one || null,
          city: buyer.address.city || null,
          post_code: buyer.address.postal_code || null,
          country: buyer.address.country,
        },
      },
      seller: {
        name: connection.supplier_name,
        vat_identifier: seller?.vat_id,
        legal_registration: seller?.legal_id,
        identifiers: connection.supplier_number ? [{ value: connection.supplier_number }] : [],
      },
      lines: values.lines.map((each, i) => ({
        identifier: String((i + 1) * 10),
        item: { name: each.name },
        quantity: typed(each.quantity),
        unit: each.unit,
        price: { net: typed(each.price) },
        vat: { code: each.rate === '0' ? 'Z' : 'S', rate: each.rate },
      })),
    };
    publish.mutate({ params: { query: { unit: connection.unit_id } }, body: document as never });
  };
  return (
    <>
      {head}
      <form className="stack" onSubmit={form.onSubmit((values) => void submit(values))}>
        <ProblemNotice error={publish.error ?? partners.error} />
        <Panel title={t('convert.header')}>
          <div className="two">
            <NativeSelect
              label={t('orders.supplier')}
              required
              data={suppliers.map(({ id, supplier_name, unit_name }) => ({
                value: id,
                label: `${supplier_name} · ${unit_name}`,
              }))}
              {...form.getInputProps('supplier')}
            />
            <TextInput label={t('orders.number_of')} required autoFocus {...form.getInputProps('number')} />
            <TextInput label={t('orders.date')} type="date" required {...form.getInputProps('date')} />
          </div>
        </Panel>
        <Panel title={t('orders.lines')}>
          <div className="stack">
            {form.values.lines.map((_, i) => (
              <fieldset className="keyed-line order-line" key={i}>
                <legend className="sr">{t('orders.line', { n: i + 1 })}</legend>
                <TextInput label={t('orders.item')} required {...form.getInputProps(`lines.${i}.name`)} />
                <TextInput
                  label={t('orders.ordered')}
                  inputMode="decimal"
                  required
                  {...form.getInputProps(`lines.${i}.quantity`)}
                />
                <NativeSelect
                  label={t('orders.unit_of')}
                  data={UNITS.map((value) => ({ value, label: t(`orders.unit.${value}`) }))}
                  {...form.getInputProps(`lines.${i}.unit`)}
                />
                <TextInput
                  label={t('orders.price')}
                  inputMode="decimal"
                  required
                  {...form.getInputProps(`lines.${i}.price`)}
                />
                <NativeSelect
                  label={t('convert.vat')}
                  data={RATES.map((value) => ({ value, label: `${qty(value)} %` }))}
                  {...form.getInputProps(`lines.${i}.rate`)}
                />
                {form.values.lines.length > 1 && (
                  <button
                    type="button"
                    className="bare"
                    aria-label={t('convert.remove', { file: t('orders.line', { n: i + 1 }) })}
                    onClick={() => form.removeListItem('lines', i)}
                  >
                    <Icon name="close" size={16} />
                  </button>
                )}
              </fieldset>
            ))}
            <div className="row">
              <Button
                variant="default"
                size="xs"
                leftSection={<Icon name="plus" size={14} />}
                onClick={() => form.insertListItem('lines', line())}
              >
                {t('orders.add_line')}
              </Button>
            </div>
          </div>
        </Panel>
        <div className="row">
          <Button type="submit" loading={publish.isPending}>
            {t('orders.publish')}
          </Button>
        </div>
      </form>
    </>
  );
}
