import { Button, Modal, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/generated/po-sync';
import { isDecimal, typed } from '@/convert/decimal';
import { today } from '@/orders/today';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useMay } from '@/session/session';
import { useSpeech } from '@/words/speech';

type Order = components['schemas']['OrderDetail'];
type Props = { order: Order; close: () => void };

/** What a buyer without an ERP does to an order it has published: change it, and say what arrived. */
export function ByHand({ order }: { order: Order }) {
  const { t } = useSpeech();
  const [doing, start] = useState<'change' | 'receipt'>();
  const [mayReceive, mayChange] = [useMay('receive'), useMay('order')];
  const close = () => start(undefined);
  return (
    <>
      {mayReceive && (
        <Button variant="default" onClick={() => start('receipt')}>
          {t('orders.hand.receipt')}
        </Button>
      )}
      {mayChange && (
        <Button variant="default" onClick={() => start('change')}>
          {t('orders.hand.change')}
        </Button>
      )}
      <Modal
        opened={doing !== undefined}
        onClose={close}
        size="lg"
        title={t(`orders.hand.${doing ?? 'change'}`)}
        closeButtonProps={{ 'aria-label': t('shell.close') }}
      >
        {doing === 'change' && <Change order={order} close={close} />}
        {doing === 'receipt' && <Receipt order={order} close={close} />}
      </Modal>
    </>
  );
}

/** All that shows an order is read again. */
function useAgain(close: () => void) {
  const queries = useQueryClient();
  return {
    onSuccess: () => {
      void queries.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith('/v1/orders') });
      close();
    },
  };
}

/** Other quantities and prices; what is not touched stays as it is. */
function Change({ order, close }: Props) {
  const { t, lang } = useSpeech();
  const said = (value: string) => (lang === 'fr' ? value.replace('.', ',') : value);
  const lines = order.lines.filter(({ withdrawn }) => !withdrawn);
  const form = useForm({
    initialValues: {
      reason: '',
      lines: lines.map(({ ordered, price }) => ({ quantity: said(ordered), price: said(price ?? '') })),
    },
    validate: {
      lines: {
        quantity: (value) => (isDecimal(typed(value)) ? null : t('orders.not_a_number')),
        price: (value) => (value === '' || isDecimal(typed(value)) ? null : t('orders.not_a_number')),
      },
    },
  });
  const change = $api.useMutation('post', '/v1/orders/{order_id}/changes', useAgain(close));
  const submit = ({ reason, lines: written }: typeof form.values) => {
    const changed = lines.flatMap((line, i) => {
      const { quantity, price } = written[i]!;
      const other = {
        ...(typed(quantity) === line.ordered ? {} : { quantity: typed(quantity) }),
        ...(price === '' || typed(price) === line.price ? {} : { price: { net: typed(price) } }),
      };
      return Object.keys(other).length ? [{ identifier: line.identifier, ...other }] : [];
    });
    if (!changed.length) return close();
    const body = { lines: changed, ...(reason.trim() ? { reason: reason.trim() } : {}) };
    change.mutate({ params: { path: { order_id: order.id } }, body: body as never });
  };
  return (
    <form className="stack" onSubmit={form.onSubmit(submit)}>
      <ProblemNotice error={change.error} />
      <p className="soft">{t('orders.hand.change_why')}</p>
      {lines.map((line, i) => (
        <fieldset className="keyed-line hand-line" key={line.id}>
          <legend>
            {line.identifier} · {line.item_name}
          </legend>
          <TextInput
            data-autofocus={i === 0 || undefined}
            label={t('orders.ordered')}
            inputMode="decimal"
            required
            {...form.getInputProps(`lines.${i}.quantity`)}
          />
          <TextInput label={t('orders.price')} inputMode="decimal" {...form.getInputProps(`lines.${i}.price`)} />
        </fieldset>
      ))}
      <TextInput label={t('orders.hand.reason')} maxLength={4000} {...form.getInputProps('reason')} />
      <Button type="submit" loading={change.isPending}>
        {t('orders.hand.change_do')}
      </Button>
    </form>
  );
}

/** What arrived of each line; a line that is left empty is not spoken of. */
function Receipt({ order, close }: Props) {
  const { t, qty, lang } = useSpeech();
  const said = (value: string) => (lang === 'fr' ? value.replace('.', ',') : value);
  const lines = order.lines.filter(({ withdrawn }) => !withdrawn);
  const form = useForm({
    initialValues: {
      number: '',
      date: today(),
      // all of a line of which nothing has come yet; what is left of the others nobody works out here
      lines: lines.map(({ ordered, received }) => (Number(received) === 0 ? said(ordered) : '')),
    },
    validate: {
      lines: (written) =>
        written.some((value) => value.trim() !== '') &&
        written.every((value) => value.trim() === '' || isDecimal(typed(value)))
          ? null
          : t('orders.hand.receipt_empty'),
    },
  });
  const record = $api.useMutation('post', '/v1/receipts', useAgain(close));
  const submit = ({ number, date, lines: written }: typeof form.values) =>
    record.mutate({
      body: {
        number: number.trim(),
        issue_date: date,
        order_reference: order.number,
        buyer: order.document.buyer,
        seller: order.document.seller,
        lines: lines.flatMap((line, i) =>
          written[i]!.trim() === ''
            ? []
            : [
                {
                  identifier: String(i + 1),
                  received_quantity: typed(written[i]!),
                  unit: line.unit,
                  order_line: { line: line.identifier },
                },
              ],
        ),
      } as never,
    });
  return (
    <form className="stack" onSubmit={form.onSubmit(submit)}>
      <ProblemNotice error={record.error} />
      <p className="soft">{t('orders.hand.receipt_why')}</p>
      <div className="two even">
        <TextInput
          data-autofocus
          label={t('orders.hand.receipt_number')}
          required
          maxLength={100}
          {...form.getInputProps('number')}
        />
        <TextInput label={t('orders.hand.receipt_date')} type="date" required {...form.getInputProps('date')} />
      </div>
      {lines.map((line, i) => (
        <fieldset className="keyed-line hand-line" key={line.id}>
          <legend>
            {line.identifier} · {line.item_name}
          </legend>
          <TextInput
            label={t('orders.hand.arrived')}
            description={t('orders.hand.of', { ordered: qty(line.ordered), received: qty(line.received) })}
            inputMode="decimal"
            {...form.getInputProps(`lines.${i}`)}
          />
        </fieldset>
      ))}
      {form.errors.lines && <p role="alert">{form.errors.lines}</p>}
      <Button type="submit" loading={record.isPending}>
        {t('orders.hand.receipt_do')}
      </Button>
    </form>
  );
}
