import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { api } from '@/api/client';
import type { Invoice } from '@/convert/useFindings';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { useSpeech } from '@/words/speech';

const Pages = lazy(() => import('@/parts/PdfPages').then(({ PdfPages }) => ({ default: PdfPages })));

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
      <div className="view-head">
        <span className="caps">{t('convert.receives', { buyer })}</span>
      </div>
      <ProblemNotice error={preview.error} />
      <Suspense fallback={<Waiting />}>
        {preview.data && <Pages pdf={preview.data} label={t('convert.preview')} />}
      </Suspense>
      <p className="soft small">{t('convert.preview_note')}</p>
    </aside>
  );
}
