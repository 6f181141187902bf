import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { DraftLine } from '@/convert/ConvertForm';
import { isDecimal, typed } from '@/convert/decimal';
import { FindingNotice, type Point } from '@/convert/FindingNotice';
import { type Lacking, lackOf } from '@/convert/unread';
import { useRates } from '@/convert/useRates';
import { VatCategory } from '@/convert/VatCategory';
import { Panel } from '@/parts/Bits';
import { Icon } from '@/parts/Icon';
import { useSpeech } from '@/words/speech';

type Row = { key: number; name: string; quantity: string; price: string; rate: string; line?: DraftLine };
/** A line that is begun and not whole: where it is, and what it lacks first. */
export type Begun = { place: string; lacks: Lacking };
type Props = { lines: DraftLine[]; points: Point[]; change: (lines: DraftLine[], begun: Begun[]) => void };

/** UN/ECE Recommendation 20: one piece. */
const PIECE = 'C62';
const blank = (key: number): Row => ({ key, name: '', quantity: '1', price: '', rate: '20' });
const isWhole = (row: Row) => row.name.trim() !== '' && lackOf(row) === undefined;
const placeOfBegun = ({ key }: Row) => `begun-${key}`;
const begunOf = (row: Row): Begun[] => {
  const lacks = lackOf(row);
  return lacks ? [{ place: placeOfBegun(row), lacks }] : [];
};

const lineOf = (row: Row): DraftLine =>
  ({
    unit: PIECE,
    ...row.line,
    identifier: String(row.key),
    item: { ...row.line?.item, name: row.name.trim() },
    quantity: typed(row.quantity),
    price: { ...row.line?.price, net: typed(row.price) },
    vat: { code: row.rate === '0' ? 'Z' : 'S', rate: row.rate },
  }) as DraftLine;

/** Lines of an invoice that no order stands behind. One that is not whole yet is told, and waits; the others are kept as they are typed. */
export function FreeLines({ lines, points, change }: Props) {
  const { t, lang } = useSpeech();
  const ratesWith = useRates();
  const said = (value: string) => (lang === 'fr' ? value.replace('.', ',') : value);
  const [rows, setRows] = useState<Row[]>(() =>
    lines.length
      ? lines.map((line, i) => ({
          key: i + 1,
          name: line.item.name,
          quantity: said(line.quantity),
          price: said(line.price.net),
          rate: line.vat.rate ?? '0',
          line,
        }))
      : [blank(1)],
  );
  const write = (next: Row[]) => {
    setRows(next);
    change(next.filter(isWhole).map(lineOf), next.flatMap(begunOf));
  };
  const replace = (key: number, part: Partial<Row>) =>
    write(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const sent = rows.filter(isWhole);
  return (
    <Panel title={t('orders.lines')}>
      <div className="stack">
        {rows.map((row, i) => {
          const at = sent.indexOf(row);
          const place = at < 0 ? placeOfBegun(row) : `line-${at}`;
          const found = points.filter((point) => point.place === place);
          const told = lackOf(row) ?? 'quantity';
          const field = (name: 'name' | 'quantity' | 'price') => ({
            id: name === told ? place : `${name}-${row.key}`,
            'aria-describedby': name === told && found.length ? `${place}-why` : undefined,
            value: row[name],
            onChange: (event: { currentTarget: { value: string } }) =>
              replace(row.key, { [name]: event.currentTarget.value }),
          });
          return (
            <div key={row.key} className="stack tight-stack">
              <fieldset className="keyed-line free-line">
                <legend className="sr">{t('orders.line', { n: i + 1 })}</legend>
                <TextInput label={t('orders.item')} required error={told === 'name'} {...field('name')} />
                <TextInput
                  label={t('convert.to_invoice')}
                  inputMode="decimal"
                  required
                  error={(told === 'quantity' && found.length > 0) || !isDecimal(typed(row.quantity))}
                  {...field('quantity')}
                />
                <TextInput
                  label={t('orders.price')}
                  inputMode="decimal"
                  required
                  error={told === 'price' || (row.price !== '' && !isDecimal(typed(row.price)))}
                  {...field('price')}
                />
                <NativeSelect
                  label={t('convert.vat')}
                  description={<VatCategory code={lineOf(row).vat.code} />}
                  inputWrapperOrder={['label', 'input', 'description']}
                  value={row.rate}
                  data={ratesWith(row.rate).map((value) => ({
                    value,
                    label: `${said(value)} %`,
                  }))}
                  onChange={(event) => replace(row.key, { rate: event.currentTarget.value })}
                />
                <button
                  type="button"
                  className="bare"
                  aria-label={t('convert.remove', { file: t('orders.line', { n: i + 1 }) })}
                  onClick={() => write(rows.filter(({ key }) => key !== row.key))}
                >
                  <Icon name="close" size={16} />
                </button>
              </fieldset>
              {found.map((point, n) => (
                <FindingNotice key={`${point.rule}${n}`} id={n === 0 ? `${place}-why` : undefined} point={point} />
              ))}
            </div>
          );
        })}
        <div className="row">
          <Button
            variant="default"
            size="xs"
            leftSection={<Icon name="plus" size={14} />}
            onClick={() => setRows([...rows, blank(Math.max(0, ...rows.map(({ key }) => key)) + 1)])}
          >
            {t('orders.add_line')}
          </Button>
        </div>
      </div>
    </Panel>
  );
}
