import { useMemo, useState } from 'react';

export type KeptView<Wanted> = { name: string; wanted: Wanted };

/** A storage that is blocked, or holds something else, holds no view. */
function read<Wanted>(key: string): KeptView<Wanted>[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

/** Views of a list that somebody named, kept in this browser for each company. */
export function useKeptViews<Wanted>(list: string, company: string) {
  const key = `navette.views.${list}.${company}`;
  const stored = useMemo(() => read<Wanted>(key), [key]);
  const [written, set] = useState<{ key: string; kept: KeptView<Wanted>[] }>();
  const kept = written?.key === key ? written.kept : stored;
  const write = (next: KeptView<Wanted>[]) => {
    set({ key, kept: next });
    try {
      localStorage.setItem(key, JSON.stringify(next));
    } catch {
      // it holds as long as the page does
    }
  };
  return {
    kept,
    keep: (name: string, wanted: Wanted) => write([...kept.filter((each) => each.name !== name), { name, wanted }]),
    forget: (name: string) => write(kept.filter((each) => each.name !== name)),
  };
}
