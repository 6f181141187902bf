import { ActionIcon } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { hand } from '@/invoices/originals';
import { Icon } from '@/parts/Icon';
import { PaperWaits } from '@/parts/PaperWaits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSpeech } from '@/words/speech';

const Pages = lazy(() => import('@/parts/PdfPages').then(({ PdfPages }) => ({ default: PdfPages })));

const ZOOMS: readonly number[] = [1, 1.5, 2, 3];
type Props = { pdf: ArrayBuffer | undefined; error: unknown; label: string; head: ReactNode; name: string };

/** The pages of a PDF, with their size and a copy to take along. */
export function PaperView({ pdf, error, label, head, name }: Props) {
  const { t } = useSpeech();
  const [zoom, setZoom] = useState(1);
  const step = (by: 1 | -1) => setZoom(ZOOMS[ZOOMS.indexOf(zoom) + by] ?? zoom);
  return (
    <>
      <div className="view-head">
        <span className="caps grow">{head}</span>
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
          disabled={!pdf}
          onClick={() => pdf && hand(new Blob([pdf], { type: 'application/pdf' }), name)}
        >
          <Icon name="download" size={16} />
        </ActionIcon>
      </div>
      <ProblemNotice error={error} />
      {!pdf && !error && <PaperWaits />}
      <Suspense fallback={<PaperWaits />}>{pdf && <Pages pdf={pdf} label={label} zoom={zoom} />}</Suspense>
    </>
  );
}
