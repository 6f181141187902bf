import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { actingHeaders } from '@/api/client';
import { hand } from '@/invoices/originals';
import { Icon } from '@/parts/Icon';
import { ProblemNotice } from '@/parts/ProblemNotice';

type Props = { path: string; name: string; children: ReactNode; label?: string };

function useFile(path: string, name: string) {
  return useMutation({
    mutationFn: async () => {
      const answer = await fetch(path, { headers: actingHeaders() });
      if (!answer.ok) throw await answer.json();
      hand(await answer.blob(), name);
    },
  });
}

/** A file of the company one acts for: a plain link cannot say which one that is. */
export function FileLink({ path, name, children, label }: Props) {
  const take = useFile(path, name);
  return (
    <>
      <a
        className="link"
        href={path}
        download={name}
        aria-label={label}
        onClick={(event) => {
          event.preventDefault();
          if (!take.isPending) take.mutate();
        }}
      >
        {children}
      </a>
      <ProblemNotice error={take.error} />
    </>
  );
}

/** The same as a button. */
export function FileButton({ path, name, children }: Props) {
  const take = useFile(path, name);
  return (
    <>
      <Button
        variant="default"
        leftSection={<Icon name="download" size={16} />}
        loading={take.isPending}
        onClick={() => take.mutate()}
      >
        {children}
      </Button>
      <ProblemNotice error={take.error} />
    </>
  );
}
