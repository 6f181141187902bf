import { actingHeaders } from '@/api/client';

/** Send a file as it is, with what the service asks about it. Throws the service's problem. */
export async function sendFile<Answer>(path: string, query: Record<string, string>, file: File): Promise<Answer> {
  const answer = await fetch(`${path}?${new URLSearchParams(query)}`, {
    method: 'POST',
    headers: {
      ...actingHeaders(),
      'Content-Type': file.type || 'application/octet-stream',
      'Idempotency-Key': crypto.randomUUID(),
    },
    body: file,
  });
  const content: unknown = await answer.json();
  if (!answer.ok) throw content;
  return content as Answer;
}
