import type { Edit } from '@/convert/useDraft';

/** One write of a draft, over the version it was typed over. Asked again with its key it is done once. */
export type Write = { key: string; version: number; edit: Edit };
/** What was typed and is not known to be written: a write that nobody answered yet, and what was typed since. */
export type Unkept = { sent?: Write; pending: Edit };

const PLACES = 'navette.unkept.';
const place = (id: string) => `${PLACES}${id}`;

/** What this browser holds of a draft since an earlier tab could not write it. */
export function unkeptOf(id: string): Unkept | undefined {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(place(id)) ?? 'null');
    return typeof found === 'object' && found !== null && 'pending' in found ? (found as Unkept) : undefined;
  } catch {
    return undefined;
  }
}

/** Hold it in this browser until it is written; nothing left to write is forgotten. */
export function hold(id: string, { sent, pending }: Unkept) {
  try {
    if (sent || Object.keys(pending).length) localStorage.setItem(place(id), JSON.stringify({ sent, pending }));
    else localStorage.removeItem(place(id));
  } catch {
    // a storage that is blocked or full: it is held as long as the page is
  }
}

export const forget = (id: string) => hold(id, { pending: {} });

/** Who leaves leaves nothing of it to the next person at this machine. */
export function forgetAll() {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PLACES)) localStorage.removeItem(key);
}

const FIRST_MS = 2_000;
const LONGEST_MS = 60_000;

/** How long to wait after so many tries in vain. */
export const patience = (tries: number) => Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1));

/** Whether trying again may help: nothing answered, or the service is not well. What it refuses, it refuses again. */
export const mayPass = (status: number | undefined, code?: string) =>
  status === undefined || status >= 500 || status === 429 || code === 'IN_FLIGHT';
