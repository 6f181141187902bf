import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';

type Props = { label: string; value: string; change: (amount: string | undefined) => void };
const SETTLES_MS = 400;
const AN_AMOUNT = /^\d{1,12}(\.\d{1,2})?$/;

const plain = (typed: string) => typed.replaceAll(/\s/g, '').replace(',', '.');

/** One end of a span of amounts, as people write them; what is no amount narrows nothing. */
export function AmountFilter({ label, value, change }: Props) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped((now) => (plain(now) === value ? now : value)), [value]);
  const amount = plain(typed);
  const wrong = amount !== '' && !AN_AMOUNT.test(amount);
  useEffect(() => {
    if (wrong || amount === value) return;
    const timer = setTimeout(() => change(amount || undefined), SETTLES_MS);
    return () => clearTimeout(timer);
  }, [amount, wrong, value, change]);
  return (
    <TextInput
      className="filter-amount"
      inputMode="decimal"
      aria-label={label}
      placeholder={label}
      error={wrong}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
}
