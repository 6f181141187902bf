import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { actingHeaders } from '@/api/client';
import { hand } from '@/invoices/originals';
import { ProblemNotice } from '@/parts/ProblemNotice';

/** A file of the company one acts for: a plain link cannot say which one that is. */
export function FileLink({ path, name, children }: { path: string; name: string; children: ReactNode }) {
  const take = useMutation({
    mutationFn: async () => {
      const answer = await fetch(path, { headers: actingHeaders() });
      if (!answer.ok) throw await answer.json();
      hand(await answer.blob(), name);
    },
  });
  return (
    <>
      <a
        className="link"
        href={path}
        download={name}
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
