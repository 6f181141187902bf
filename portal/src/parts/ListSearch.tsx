import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Kbd } from '@/parts/Bits';
import { Icon } from '@/parts/Icon';

type Props = { label: string; placeholder: string; value: string; onSettled: (value: string) => void };
const SETTLES_MS = 250;

/** The search of a list; `/` comes here. What is typed reaches the address once the fingers rest. */
export function ListSearch({ label, placeholder, value, onSettled }: Props) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onSettled(typed), SETTLES_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onSettled]);
  return (
    <TextInput
      className="filter-search"
      data-search
      aria-label={label}
      placeholder={placeholder}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      leftSection={<Icon name="search" size={15} />}
      rightSection={<Kbd>/</Kbd>}
      rightSectionWidth={36}
    />
  );
}
