import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { $api, actingHeaders, api } from '@/api/client';
import type { components } from '@/api/generated/invoicing';

type Kept = Pick<components['schemas']['Document'], 'document' | 'missing' | 'version' | 'archive_option'>;
export type Detail = components['schemas']['InvoiceDetail'];
export type Edit = Partial<components['schemas']['DraftEdit']>;
export type Saving = { state: 'saved' | 'typing' | 'saving' | 'conflict' | 'failed'; at?: string; error?: unknown };

const SETTLES_MS = 600;

/** A draft that keeps itself: what is typed is written once the fingers rest, over the version it was read at.
 * A version written elsewhere in between is a conflict; it is shown, and nothing is overwritten. */
export function useDraft(detail: Detail | undefined) {
  const queries = useQueryClient();
  const [kept, setKept] = useState<Kept>();
  const [saving, setSaving] = useState<Saving>({ state: 'saved' });
  const pending = useRef<Edit>({});
  const version = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const running = useRef<Promise<boolean>>(undefined);
  const id = detail?.id;
  if (detail && version.current === 0) version.current = detail.version;

  const write = useCallback(async (): Promise<boolean> => {
    const edit = pending.current;
    if (!id || !Object.keys(edit).length) return true;
    pending.current = {};
    setSaving({ state: 'saving' });
    const { data, error, response } = await api.PATCH('/v1/invoices/{invoice_id}', {
      params: { path: { invoice_id: id }, header: { 'If-Match': `"v${version.current}"` } },
      body: edit as never,
    });
    if (data) {
      version.current = data.version;
      setKept(data);
      setSaving({ state: 'saved', at: new Date().toISOString() });
      // the lists are read again when they are shown, not at each pause of the fingers
      void queries.invalidateQueries({ queryKey: ['get', '/v1/invoices'], refetchType: 'none' });
      return true;
    }
    pending.current = { ...edit, ...pending.current };
    setSaving({ state: response.status === 412 ? 'conflict' : 'failed', error });
    return false;
  }, [id, queries]);

  /** Write what is pending now; false when it could not be written. */
  const flush = useCallback(async (): Promise<boolean> => {
    clearTimeout(timer.current);
    if (running.current) await running.current;
    running.current = write();
    const done = await running.current;
    running.current = undefined;
    return done;
  }, [write]);

  const edit = useCallback(
    (change: Edit) => {
      pending.current = { ...pending.current, ...change };
      setSaving((now) => (now.state === 'conflict' ? now : { state: 'typing' }));
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), SETTLES_MS);
    },
    [flush],
  );

  useEffect(() => {
    // a tab that dies still sends what was typed last
    const leave = () => {
      if (!id || !Object.keys(pending.current).length) return;
      void fetch(`/v1/invoices/${id}`, {
        method: 'PATCH',
        keepalive: true,
        headers: {
          'Content-Type': 'application/json',
          'If-Match': `"v${version.current}"`,
          'Idempotency-Key': crypto.randomUUID(),
          ...actingHeaders(),
        },
        body: JSON.stringify(pending.current),
      });
    };
    addEventListener('pagehide', leave);
    return () => {
      removeEventListener('pagehide', leave);
      clearTimeout(timer.current);
      leave();
      pending.current = {};
    };
  }, [id]);

  const first = $api.useQuery(
    'get',
    '/v1/invoices/{invoice_id}/document',
    { params: { path: { invoice_id: id ?? '' } } },
    { enabled: id !== undefined, staleTime: 0, gcTime: 0 },
  );
  const now = kept ?? first.data;
  /** What travels beside the draft changed: what would be sent is asked again. */
  const reread = useCallback(async () => {
    if (!id || !(await flush())) return;
    const { data } = await api.GET('/v1/invoices/{invoice_id}/document', { params: { path: { invoice_id: id } } });
    if (data && data.version === version.current) setKept(data);
  }, [id, flush]);

  return {
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
