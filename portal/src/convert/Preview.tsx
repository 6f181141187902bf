import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '@/api/client';
import type { Invoice } from '@/convert/useFindings';
import { PaperView } from '@/parts/PaperView';
import { useSpeech } from '@/words/speech';

/** The page as it would be sealed, made by the service that seals it. */
export function Preview({ document, buyer }: { document?: Invoice; buyer: string }) {
  const { t, lang } = useSpeech();
  const preview = useQuery({
    queryKey: ['previews', document, lang],
    enabled: document !== undefined,
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const { data, error } = await api.POST('/v1/previews', {
        params: { query: { language: [lang] } },
        body: document as never,
        parseAs: 'arrayBuffer',
      });
      if (!data) throw error;
      return data as unknown as ArrayBuffer;
    },
  });
  return (
    <aside className="convert-view" aria-label={t('convert.preview')}>
      <PaperView
        pdf={preview.data}
        error={preview.error}
        label={t('convert.preview')}
        head={t('convert.receives', { buyer })}
        name={t('convert.preview_file')}
      />
      <p className="soft small">{t('convert.preview_note')}</p>
    </aside>
  );
}
