import { GlobalWorkerOptions, getDocument } from 'pdfjs-dist';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import { useEffect, useRef, useState } from 'react';
import { PaperWaits } from '@/parts/PaperWaits';

GlobalWorkerOptions.workerSrc = workerUrl;
const WIDTH = 880;
const MOST_PAGES = 20;

/** The first pages of a PDF, drawn; always white paper. Pixels twice the shown width, for sharp small print. */
export function PdfPages({ pdf, label, zoom = 1 }: { pdf: ArrayBuffer; label: string; zoom?: number }) {
  const box = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState(false);
  useEffect(() => {
    let gone = false;
    const task = getDocument({ data: pdf.slice(0) });
    const draw = async () => {
      const file = await task.promise;
      const pages: HTMLCanvasElement[] = [];
      for (let n = 1; n <= Math.min(file.numPages, MOST_PAGES); n += 1) {
        const page = await file.getPage(n);
        const canvas = document.createElement('canvas');
        const viewport = page.getViewport({ scale: WIDTH / page.getViewport({ scale: 1 }).width });
        canvas.width = viewport.width;
        canvas.height = viewport.height;
        canvas.className = 'paper';
        canvas.setAttribute('role', 'img');
        canvas.setAttribute('aria-label', `${label} ${n} / ${file.numPages}`);
        await page.render({ canvas, viewport }).promise;
        pages.push(canvas);
      }
      if (gone) return;
      box.current?.replaceChildren(...pages);
      setDrawn(true);
    };
    draw().catch((error: unknown) => {
      if (!gone) throw error;
    });
    return () => {
      gone = true;
      void task.destroy();
    };
  }, [pdf, label]);
  // a page that is larger than its place is moved with the arrow keys too
  return (
    <div
      className="papers-box"
      data-zoomed={zoom > 1 || undefined}
      tabIndex={zoom > 1 ? 0 : undefined}
      role="group"
      aria-label={label}
    >
      {!drawn && <PaperWaits />}
      <div className="papers" hidden={!drawn} ref={box} style={{ width: `${zoom * 100}%` }} />
    </div>
  );
}
