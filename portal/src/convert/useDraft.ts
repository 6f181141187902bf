import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { $api, actingHeaders, api } from '@/api/client';
import type { components } from '@/api/generated/invoicing';
import { isProblem } from '@/api/problem';
import { forget, hold, mayPass, patience, type Unkept, unkeptOf, type Write } from '@/convert/unkept';

type Kept = Pick<components['schemas']['Document'], 'document' | 'missing' | 'version' | 'archive_option'>;
export type Detail = components['schemas']['InvoiceDetail'];
export type Edit = Partial<components['schemas']['DraftEdit']>;
export type Saving = {
  /** `again`: it could not be written, is held in this browser and tried again. */
  state: 'saved' | 'typing' | 'saving' | 'again' | 'conflict' | 'failed';
  at?: string;
  error?: unknown;
  /** Some of it was typed in an earlier tab, which could not write it. */
  restored?: boolean;
};

const SETTLES_MS = 600;
const isEmpty = (edit: Edit) => Object.keys(edit).length === 0;

/** A draft that keeps itself: what is typed is written once the fingers rest, over the version it was read at, and held
 * in this browser until it is. A version written elsewhere in between is a conflict; it is shown, and nothing is
 * overwritten. */
export function useDraft(detail: Detail) {
  const queries = useQueryClient();
  const { id } = detail;
  const [restored] = useState(() => unkeptOf(id));
  const [kept, setKept] = useState<Kept>();
  const [saving, setSaving] = useState<Saving>({ state: restored ? 'again' : 'saved' });
  const unkept = useRef<Unkept>(restored ?? { pending: {} });
  const version = useRef(detail.version);
  const tries = useRef(0);
  const resumed = useRef(restored !== undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const flushed = useRef<() => Promise<boolean>>(async () => true);
  const running = useRef<Promise<boolean>>(undefined);
  /** The write to make next: the one that nobody answered, else of what is pending. */
  const next = useCallback((): Write | undefined => {
    const { sent, pending } = unkept.current;
    if (!sent && isEmpty(pending)) return undefined;
    const made = sent ?? { key: crypto.randomUUID(), version: version.current, edit: pending };
    unkept.current = { sent: made, pending: sent ? pending : {} };
    hold(id, unkept.current);
    return made;
  }, [id]);

  const write = useCallback(async (): Promise<boolean> => {
    for (let made = next(); made; made = next()) {
      setSaving({ state: 'saving' });
      const { data, error, response } = await api
        .PATCH('/v1/invoices/{invoice_id}', {
          params: {
            path: { invoice_id: id },
            header: { 'If-Match': `"v${made.version}"`, 'Idempotency-Key': made.key },
          },
          body: made.edit as never,
        })
        // nobody answered: whether it was written is known when the same is asked again
        .catch((lost: unknown) => ({ data: undefined, error: lost, response: undefined }));
      if (!data) {
        const again = mayPass(response?.status, isProblem(error) ? error.code : undefined);
        // a refused write is none: what it held is pending with what was typed since
        if (!again) unkept.current = { pending: { ...made.edit, ...unkept.current.pending } };
        hold(id, unkept.current);
        const state = again ? 'again' : response?.status === 412 ? 'conflict' : 'failed';
        setSaving({ state, error });
        if (!again) return false;
        tries.current += 1;
        timer.current = setTimeout(() => void flushed.current(), patience(tries.current));
        return false;
      }
      unkept.current = { pending: unkept.current.pending };
      hold(id, unkept.current);
      tries.current = 0;
      if (data.version < version.current) {
        // somebody wrote since: that is what stands now, and it is not overwritten
        setSaving({ state: 'conflict' });
        return false;
      }
      version.current = data.version;
      setKept(data);
      setSaving({ state: 'saved', at: new Date().toISOString(), restored: resumed.current });
      // the lists are read again when they are shown, not at each pause of the fingers
      void queries.invalidateQueries({ queryKey: ['get', '/v1/invoices'], refetchType: 'none' });
    }
    return true;
  }, [id, next, queries]);

  /** Write what is pending now; false when it could not be written. */
  const flush = useCallback(async (): Promise<boolean> => {
    clearTimeout(timer.current);
    if (running.current) await running.current;
    running.current = write();
    const done = await running.current;
    running.current = undefined;
    return done;
  }, [write]);
  flushed.current = flush;

  const edit = useCallback(
    (change: Edit) => {
      unkept.current = { ...unkept.current, pending: { ...unkept.current.pending, ...change } };
      hold(id, unkept.current);
      resumed.current = false;
      setSaving((now) => (now.state === 'conflict' ? now : { state: 'typing' }));
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), SETTLES_MS);
    },
    [id, flush],
  );

  useEffect(() => {
    // what an earlier tab left is written first, and what waits is written as soon as there is a network again
    if (unkept.current.sent || !isEmpty(unkept.current.pending)) void flush();
    const online = () => {
      if (tries.current > 0) void flush();
    };
    // a tab that dies still sends what was typed last; should that be lost, the same is asked again by the next one
    const leave = () => {
      clearTimeout(timer.current);
      const made = next();
      if (!made) return;
      const forgetIt = ({ ok }: Response) => {
        if (ok && unkeptOf(id)?.sent?.key === made.key) hold(id, { pending: unkeptOf(id)?.pending ?? {} });
      };
      fetch(`/v1/invoices/${id}`, {
        method: 'PATCH',
        keepalive: true,
        headers: {
          'Content-Type': 'application/json',
          'If-Match': `"v${made.version}"`,
          'Idempotency-Key': made.key,
          ...actingHeaders(),
        },
        body: JSON.stringify(made.edit),
      }).then(forgetIt, () => undefined);
    };
    addEventListener('online', online);
    addEventListener('pagehide', leave);
    return () => {
      removeEventListener('online', online);
      removeEventListener('pagehide', leave);
      leave();
    };
  }, [id, flush, next]);

  const first = $api.useQuery(
    'get',
    '/v1/invoices/{invoice_id}/document',
    { params: { path: { invoice_id: id } } },
    { staleTime: 0, gcTime: 0 },
  );
  const now = kept ?? first.data;
  /** What travels beside the draft changed: what would be sent is asked again. */
  const reread = useCallback(async () => {
    if (!(await flush())) return;
    const { data } = await api.GET('/v1/invoices/{invoice_id}/document', { params: { path: { invoice_id: id } } });
    if (data && data.version === version.current) setKept(data);
  }, [id, flush]);

  /** Take what is kept elsewhere instead of what was typed here. */
  const drop = useCallback(() => {
    unkept.current = { pending: {} };
    forget(id);
  }, [id]);

  return {
    /** What the draft lacks of what was typed here before. */
    restored: { ...restored?.sent?.edit, ...restored?.pending } as Edit,
    drop,
    document: now?.document,
    missing: now?.missing ?? [],
    archived: now?.archive_option ?? true,
    version: kept?.version ?? 0,
    saving,
    edit,
    flush,
    reread,
  };
}
