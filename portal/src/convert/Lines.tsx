import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { components } from '@/api/generated/invoicing';
import type { DraftLine } from '@/convert/ConvertForm';
import { isDecimal, typed } from '@/convert/decimal';
import { FindingNotice, type Point } from '@/convert/FindingNotice';
import type { Invoice } from '@/convert/useFindings';
import { useRates } from '@/convert/useRates';
import { VatCategory } from '@/convert/VatCategory';
import { Blocks } from '@/orders/Blocks';
import { Panel } from '@/parts/Bits';
import { Icon } from '@/parts/Icon';
import { useSpeech } from '@/words/speech';

type Account = components['schemas']['BillableLine'];
type Billable = components['schemas']['BillableLines'];
type Props = {
  context: 'credit' | undefined;
  currency: string;
  chosen: DraftLine[];
  offered: DraftLine[];
  billable?: Billable;
  document?: Invoice;
  points: Point[];
  change: (lines: DraftLine[]) => void;
};

/** Two lines of one order line are one row; a line that no order knows is a row of its own. */
const keyOf = (line: DraftLine) => line.order_line?.line ?? line.identifier;

/** A line of the order that the draft does not hold yet, with all that may still be invoiced of it. */
function fromAccount(account: Account, order: string): DraftLine {
  return {
    identifier: account.identifier,
    item: { name: account.item_name },
    order_line: { order, line: account.identifier },
    price: account.price ?? { net: '0' },
    quantity: account.proposed.quantity,
    unit: account.unit,
    vat: account.vat ?? { code: 'S', rate: '20' },
  } as DraftLine;
}

export function Lines({ context, currency, chosen, offered, billable, document, points, change }: Props) {
  const { t } = useSpeech();
  const ratesWith = useRates();
  const known = new Map<string, DraftLine>(offered.map((line) => [keyOf(line), line]));
  const accounts = new Map(billable?.lines.map((account) => [account.identifier, account]));
  for (const account of billable?.lines ?? []) {
    if (!known.has(account.identifier)) known.set(account.identifier, fromAccount(account, billable!.order_number));
  }
  const replace = (line: DraftLine, next: Partial<DraftLine>) =>
    change(chosen.map((each) => (keyOf(each) === keyOf(line) ? { ...each, ...next } : each)));
  const toggle = (line: DraftLine, on: boolean) => {
    const keys = [...known.keys()];
    const next = on ? [...chosen, line] : chosen.filter((each) => keyOf(each) !== keyOf(line));
    change(next.sort((a, b) => keys.indexOf(keyOf(a)) - keys.indexOf(keyOf(b))));
  };
  const step = (from: HTMLElement, by: 1 | -1) => {
    const fields = [...window.document.querySelectorAll<HTMLInputElement>('.qty-cell input:not(:disabled)')];
    fields[fields.indexOf(from as HTMLInputElement) + by]?.focus();
  };
  return (
    <Panel title={t('orders.lines')} note={t('convert.chosen', { count: chosen.length, of: known.size })} flush>
      <table className="table lines cards">
        <caption className="sr">{t('orders.lines')}</caption>
        <thead>
          <tr>
            <th className="tick">
              <span className="sr">{t('convert.choose')}</span>
            </th>
            <th>{t('orders.item')}</th>
            <th className="r">{t('orders.ordered')}</th>
            <th className="r">{t('orders.received')}</th>
            <th className="r">{t('orders.invoiced')}</th>
            <th className="r">{t('orders.available')}</th>
            <th>{t('convert.to_invoice', { context })}</th>
            <th>{t('convert.vat')}</th>
            <th className="r">{t('convert.net')}</th>
          </tr>
        </thead>
        {[...known].map(([key, first]) => {
          const index = chosen.findIndex((each) => keyOf(each) === key);
          const place = `line-${index}`;
          return (
            <Row
              key={key}
              label={t('convert.choose_line', { line: key, context })}
              name={key}
              place={place}
              line={chosen[index] ?? first}
              on={index >= 0}
              account={accounts.get(key)}
              amount={index >= 0 ? document?.lines[index]?.net_amount : undefined}
              currency={currency}
              points={index >= 0 ? points.filter((point) => point.place === place) : []}
              toggle={toggle}
              replace={replace}
              ratesWith={ratesWith}
              step={step}
            />
          );
        })}
      </table>
    </Panel>
  );
}

type RowProps = {
  /** Of the box that takes the line in. */
  label: string;
  name: string;
  place: string;
  line: DraftLine;
  on: boolean;
  account?: Account;
  amount?: string;
  currency: string;
  points: Point[];
  toggle: (line: DraftLine, on: boolean) => void;
  replace: (line: DraftLine, next: Partial<DraftLine>) => void;
  step: (from: HTMLElement, by: 1 | -1) => void;
  ratesWith: (rate: string) => string[];
};

function Row({
  label,
  name,
  place,
  line,
  on,
  account,
  amount,
  currency,
  points,
  toggle,
  replace,
  step,
  ratesWith,
}: RowProps) {
  const { t, money, price, qty, lang } = useSpeech();
  const shown = (quantity: string) => (lang === 'fr' ? quantity.replace('.', ',') : quantity);
  const [quantity, setQuantity] = useState(shown(line.quantity));
  const blocked = account !== undefined && !account.billable && !on;
  const rate = line.vat.rate ?? '0';
  const cell = (value: string | undefined, label: string, strong = false) => (
    <td className={`r num${strong ? ' strong' : ''}`} data-label={label}>
      {value === undefined ? '—' : qty(value)}
    </td>
  );
  const use = (value: string) => {
    setQuantity(shown(value));
    replace(line, { quantity: value });
    window.document.getElementById(place)?.focus();
  };
  return (
    <tbody data-off={blocked || undefined}>
      <tr>
        <td className="tick">
          <Checkbox
            size="xs"
            disabled={blocked}
            checked={on}
            aria-label={label}
            onChange={(event) => {
              const value = isDecimal(typed(quantity)) ? typed(quantity) : line.quantity;
              setQuantity(shown(value));
              toggle({ ...line, quantity: value }, event.currentTarget.checked);
            }}
          />
        </td>
        <td className="item">
          <span className="item-name">{line.item.name}</span>
          <span className="soft small num">
            {name} · {price(line.price, currency)}
          </span>
        </td>
        {cell(account?.ordered, t('orders.ordered'))}
        {cell(account?.received, t('orders.received'))}
        {cell(account?.invoiced, t('orders.invoiced'))}
        {cell(account?.available, t('orders.available'), true)}
        {blocked ? (
          <td colSpan={3} className="blocked-cell">
            <span className="status" data-tone="quiet">
              <Icon name="blocked" size={15} />
              {t('orders.blocked')}
            </span>
          </td>
        ) : (
          <>
            <td className="qty-cell">
              <TextInput
                id={on ? place : undefined}
                size="xs"
                inputMode="decimal"
                disabled={!on}
                aria-label={t('convert.quantity', { line: name })}
                value={quantity}
                error={points.length > 0 || (on && !isDecimal(typed(quantity)))}
                aria-describedby={points.length ? `${place}-why` : undefined}
                onChange={(event) => {
                  setQuantity(event.currentTarget.value);
                  replace(line, { quantity: typed(event.currentTarget.value) });
                }}
                onKeyDown={(event) => {
                  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
                  event.preventDefault();
                  step(event.currentTarget, event.key === 'ArrowDown' ? 1 : -1);
                }}
                onFocus={(event) => event.currentTarget.select()}
                classNames={{ input: 'num r' }}
              />
            </td>
            <td className="vat-cell">
              <NativeSelect
                size="xs"
                disabled={!on}
                aria-label={t('convert.vat_of', { line: name })}
                value={rate}
                data={ratesWith(rate).map((value) => ({ value, label: `${shown(value)} %` }))}
                onChange={(event) => {
                  const value = event.currentTarget.value;
                  replace(line, { vat: { code: value === '0' ? 'Z' : 'S', rate: value } });
                }}
              />
              <VatCategory code={line.vat.code} />
            </td>
            <td className="r num strong amount-cell" data-label={t('convert.net')}>
              {on && amount !== undefined ? money(amount, currency) : '—'}
            </td>
          </>
        )}
      </tr>
      {points.map((point, i) => (
        <tr key={`${point.rule}${i}`} className="line-note">
          <td />
          <td colSpan={8}>
            <FindingNotice
              id={i === 0 ? `${place}-why` : undefined}
              point={point}
              repair={point.use ? () => use(point.use!) : undefined}
            />
          </td>
        </tr>
      ))}
      {blocked && account.blocks.length > 0 && (
        <tr className="line-note">
          <td />
          <td colSpan={8}>
            <Blocks blocks={account.blocks} />
          </td>
        </tr>
      )}
    </tbody>
  );
}
