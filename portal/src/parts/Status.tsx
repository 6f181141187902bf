import type { ReactNode } from 'react';
import { Icon } from '@/parts/Icon';
import { isCut, knotOf, ROAD, STATUSES, type StatusKey } from '@/parts/status';
import { useSpeech } from '@/words/speech';

export function StatusTag({ status, code, note }: { status: StatusKey; code?: string | null; note?: ReactNode }) {
  const { t } = useSpeech();
  const { icon, tone } = STATUSES[status];
  return (
    <span className="status" data-tone={tone}>
      <Icon name={icon} size={17} />
      <span>
        <span className="status-word">{t(`status.${status}`, { code })}</span>
        {note && <span className="status-note">{note}</span>}
      </span>
    </span>
  );
}

/** The thread, small: how far an invoice has come. Always beside the word, so it says nothing to a screen reader. */
export function MiniThread({ status }: { status: StatusKey }) {
  const here = knotOf(status);
  const x = (i: number) => 5 + i * 20;
  return (
    <svg className="mini-thread" width="90" height="14" viewBox="0 0 90 14" aria-hidden="true" focusable="false">
      <path d={`M${x(here)} 7H${x(4)}`} className="mini-todo" />
      <path d={`M${x(0)} 7H${x(here)}`} className="mini-done" />
      {ROAD.map((key, i) => {
        if (i < here) return <circle key={key} cx={x(i)} cy="7" r="2.2" className="mini-knot" />;
        if (i > here) return <circle key={key} cx={x(i)} cy="7" r="2.3" className="mini-next" />;
        if (isCut(status)) return <path key={key} d={`M${x(i) - 4} 3l8 8M${x(i) + 4} 3l-8 8`} className="mini-cut" />;
        return (
          <path
            key={key}
            d={`M${x(i) - 8} 7Q${x(i)} 0 ${x(i) + 8} 7Q${x(i)} 14 ${x(i) - 8} 7z`}
            className="mini-shuttle"
          />
        );
      })}
    </svg>
  );
}
