import { useState } from 'react';

export type KeptView<Wanted> = { name: string; wanted: Wanted };

/** Views of a list that somebody named, kept in this browser for each company. */
export function useKeptViews<Wanted>(list: string, company: string) {
  const key = `navette.views.${list}.${company}`;
  const [kept, set] = useState<KeptView<Wanted>[]>(() => JSON.parse(localStorage.getItem(key) ?? '[]'));
  const write = (next: KeptView<Wanted>[]) => {
    localStorage.setItem(key, JSON.stringify(next));
    set(next);
  };
  return {
    kept,
    keep: (name: string, wanted: Wanted) => write([...kept.filter((each) => each.name !== name), { name, wanted }]),
    forget: (name: string) => write(kept.filter((each) => each.name !== name)),
  };
}
