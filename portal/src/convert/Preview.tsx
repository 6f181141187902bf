import { ActionIcon } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { api } from '@/api/client';
import type { Invoice } from '@/convert/useFindings';
import { hand } from '@/invoices/originals';
import { Icon } from '@/parts/Icon';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSpeech } from '@/words/speech';

const Pages = lazy(() => import('@/parts/PdfPages').then(({ PdfPages }) => ({ default: PdfPages })));

const ZOOMS: readonly number[] = [1, 1.5, 2, 3];

/** The page as it would be sealed, made by the service that seals it. */
export function Preview({ document, buyer }: { document?: Invoice; buyer: string }) {
  const { t, lang } = useSpeech();
  const [zoom, setZoom] = useState(1);
  const step = (by: 1 | -1) => setZoom(ZOOMS[ZOOMS.indexOf(zoom) + by] ?? zoom);
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
        <span className="caps grow">{t('convert.receives', { buyer })}</span>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('convert.smaller')}
          disabled={zoom === ZOOMS[0]}
          onClick={() => step(-1)}
        >
          <Icon name="minus" size={16} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('convert.larger')}
          disabled={zoom === ZOOMS.at(-1)}
          onClick={() => step(1)}
        >
          <Icon name="plus" size={16} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('convert.take_preview')}
          disabled={!preview.data}
          onClick={() =>
            preview.data && hand(new Blob([preview.data], { type: 'application/pdf' }), t('convert.preview_file'))
          }
        >
          <Icon name="download" size={16} />
        </ActionIcon>
      </div>
      <ProblemNotice error={preview.error} />
      {!preview.data && !preview.error && <div className="papers" />}
      <Suspense fallback={<div className="papers" />}>
        {preview.data && <Pages pdf={preview.data} label={t('convert.preview')} zoom={zoom} />}
      </Suspense>
      <p className="soft small">{t('convert.preview_note')}</p>
    </aside>
  );
}
