import { TextInput } from '@mantine/core';

type Props = { label: string; word: string; value: string | undefined; change: (day: string | undefined) => void };

/** One end of a list's period; its name stands in the field, where the browser's own writes none. */
export function DateFilter({ label, word, value, change }: Props) {
  return (
    <TextInput
      className="filter-date"
      type="date"
      aria-label={label}
      title={label}
      leftSection={
        <span className="soft small" aria-hidden="true">
          {word}
        </span>
      }
      leftSectionWidth={46}
      value={value ?? ''}
      onChange={(event) => change(event.currentTarget.value || undefined)}
    />
  );
}
