import { downloadZip } from 'client-zip';
import { actingHeaders } from '@/api/client';
import type { Invoice } from '@/invoices/shapes';

/** Hand a file to the browser as a download. */
export function hand(content: Blob, name: string) {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** What a file of an invoice is called, without its ending. */
export const fileName = ({ id, number }: { id: string; number: string | null }) =>
  `${(number ?? '').replaceAll(/[^\w.-]+/g, '_')}-${id.slice(-6)}`;

/** The sealed originals of some invoices in one archive; throws the archive's problem if one cannot be had. */
export async function originals(invoices: readonly Invoice[]): Promise<Blob> {
  const files = invoices.map(async (invoice) => {
    const answer = await fetch(`/v1/archive/${invoice.id}/original.pdf`, { headers: actingHeaders() });
    if (!answer.ok) throw await answer.json();
    return { name: `${fileName(invoice)}.pdf`, input: await answer.blob() };
  });
  return downloadZip(await Promise.all(files)).blob();
}
