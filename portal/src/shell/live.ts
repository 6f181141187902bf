import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { actingHeaders } from '@/api/client';
import { useSession } from '@/session/session';

const AGAIN_MS = 2000;
/** The feed can be ahead of the service that shows the page: it is asked again when that has read the same fact. */
const SETTLED_MS = [700, 3000];
/** What a fact about an invoice or an order makes stale: the lists and pages that show it. */
const STALE = ['/v1/invoices', '/v1/orders', '/v1/billable-lines', '/v1/archive'];

/** Listens to the company's feed while the page is open. Not EventSource, which cannot name the acting company. */
export function useLive(): boolean {
  const queries = useQueryClient();
  const { sitting } = useSession();
  const [live, setLive] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever signed in again listens again
  useEffect(() => {
    const leaving = new AbortController();
    let last: string | undefined;
    let waiting: ReturnType<typeof setTimeout>[] = [];
    const stale = () =>
      void queries.invalidateQueries({
        predicate: ({ queryKey }) => STALE.some((path) => String(queryKey[1]).startsWith(path)),
      });
    /** A burst of facts is one refresh at once and one more each time it may have settled, not three a fact. */
    const freshen = () => {
      if (!waiting.length) stale();
      waiting.forEach(clearTimeout);
      waiting = SETTLED_MS.map((delay, i) =>
        setTimeout(() => {
          if (i === SETTLED_MS.length - 1) waiting = [];
          stale();
        }, delay),
      );
    };
    const listen = async () => {
      while (!leaving.signal.aborted) {
        try {
          const headers = { ...actingHeaders(), ...(last ? { 'Last-Event-ID': last } : {}) };
          const answer = await fetch('/v1/events', { headers, signal: leaving.signal });
          if (answer.status === 401 || answer.status === 403) return;
          if (answer.ok && answer.body) {
            setLive(true);
            if (last) freshen();
            for await (const line of lines(answer.body)) {
              if (line.startsWith('id: ')) last = line.slice(4);
              if (line.startsWith('data: ')) freshen();
            }
          }
        } catch {
          // the stream broke or the page is leaving: both end here, and the loop decides
        }
        setLive(false);
        if (!leaving.signal.aborted) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    };
    void listen();
    return () => {
      leaving.abort();
      waiting.forEach(clearTimeout);
    };
  }, [queries, sitting]);
  return live;
}

/** Lines of a stream of bytes, as they come. */
async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const parts = (rest + decoder.decode(read.value, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}
