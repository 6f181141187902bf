import { actingHeaders, api } from '@/api/client';
import { hand } from '@/invoices/originals';
import { queryOf, type Wanted } from '@/invoices/shapes';
import { ExportAction } from '@/parts/ExportAction';
import { boxOf, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

const LOOKS_EVERY_MS = 500;
const PATIENCE = 240;
const rest = () => new Promise((resolve) => setTimeout(resolve, LOOKS_EVERY_MS));

/** The list as a sheet, with every row that it has, not only those that are shown. */
export function ExportButton({ wanted }: { wanted: Wanted }) {
  const { t, lang } = useSpeech();
  const session = useSession();
  const make = async () => {
    const asked = await api.POST('/v1/exports', {
      params: { query: { ...boxOf(session), ...queryOf(wanted) } as never },
      body: { format: 'xlsx', language: lang },
    });
    if (!asked.data) throw asked.error;
    const path = { export_id: asked.data.id };
    for (let looked = 0; looked < PATIENCE; looked += 1) {
      const now = await api.GET('/v1/exports/{export_id}', { params: { path } });
      if (now.error) throw now.error;
      if (now.data?.state === 'done') break;
      await rest();
    }
    const sheet = await fetch(`/v1/exports/${path.export_id}/content`, { headers: actingHeaders() });
    if (!sheet.ok) throw await sheet.json();
    hand(await sheet.blob(), t('lists.sheet'));
  };
  return <ExportAction make={make} />;
}
