/** What the archive's address says: what is searched, between which days and which amounts. */
export type Wanted = { q?: string; from?: string; to?: string; min?: string; max?: string };

/** The same as the service is asked; it finds words from two letters on. */
export const queryOf = ({ q, from, to, min, max }: Wanted) => ({
  ...(q && q.length > 1 ? { q } : {}),
  ...(from ? { from } : {}),
  ...(to ? { to } : {}),
  ...(min ? { min } : {}),
  ...(max ? { max } : {}),
});
export type Query = ReturnType<typeof queryOf>;
