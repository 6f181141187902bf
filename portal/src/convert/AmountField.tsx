import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { isDecimal, typed } from '@/convert/decimal';
import type { Point } from '@/convert/FindingNotice';

type Props = {
  id: string;
  label: string;
  currency: string;
  /** As the draft holds it. */
  value: string;
  points: Point[];
  /** What is typed, as the service takes it; empty where nothing is. */
  change: (amount: string) => void;
  /** Whether what is typed is no amount. */
  unread: (wrong: boolean) => void;
};

/** One amount beside its name, never below zero; what is no amount changes nothing. */
export function AmountField({ id, label, currency, value, points, change, unread }: Props) {
  const [shown, show] = useState(value);
  return (
    <div className="row">
      <label className="grow" htmlFor={id}>
        {label} <span className="soft">({currency})</span>
      </label>
      <TextInput
        id={id}
        size="xs"
        w={104}
        inputMode="decimal"
        value={shown}
        error={points.length > 0}
        aria-describedby={points.length ? `${id}-why` : undefined}
        classNames={{ input: 'num r' }}
        onChange={(event) => {
          show(event.currentTarget.value);
          const amount = typed(event.currentTarget.value);
          const wrong = amount !== '' && (!isDecimal(amount) || amount.startsWith('-'));
          unread(wrong);
          if (!wrong) change(amount);
        }}
      />
    </div>
  );
}
