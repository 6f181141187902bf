import type { ReactNode } from 'react';
import { Icon, type IconName } from '@/parts/Icon';
import type { Tone } from '@/parts/status';

export const Kbd = ({ children }: { children: ReactNode }) => <kbd className="kbd">{children}</kbd>;

type Head = { title: ReactNode; lead?: ReactNode; actions?: ReactNode; over?: ReactNode };

export function PageHead({ title, lead, actions, over }: Head) {
  return (
    <header className="page-head">
      <div className="grow">
        {over && <div className="over">{over}</div>}
        <h1>{title}</h1>
        {lead && <p className="lead">{lead}</p>}
      </div>
      {actions && <div className="row actions">{actions}</div>}
    </header>
  );
}

type PanelProps = { title?: ReactNode; note?: ReactNode; actions?: ReactNode; children: ReactNode; flush?: boolean };

export function Panel({ title, note, actions, children, flush }: PanelProps) {
  return (
    <section className="panel" data-flush={flush || undefined}>
      {title && (
        <div className="panel-head">
          <h2>{title}</h2>
          {note && <span className="soft small">{note}</span>}
          {actions && <div className="row end">{actions}</div>}
        </div>
      )}
      <div className="panel-body">{children}</div>
    </section>
  );
}

type NoticeProps = {
  tone: Tone;
  icon: IconName;
  title?: ReactNode;
  rule?: string;
  children?: ReactNode;
  action?: ReactNode;
  id?: string;
};

/** What a person must know, in the place where it matters: silhouette, sentence, rule, what to do. */
export function Notice({ tone, icon, title, rule, children, action, id }: NoticeProps) {
  return (
    <div className="notice" data-tone={tone} id={id}>
      <Icon name={icon} size={17} />
      <div className="grow">
        {title && <strong>{title} </strong>}
        {children} {rule && <code className="rule">{rule}</code>}
        {action && <div className="notice-action">{action}</div>}
      </div>
    </div>
  );
}

/** Ordered is the frame, received the hatching, invoiced the fill: three textures, not three colours. Shares of 100. */
export function Filling({ received, invoiced, label }: { received: number; invoiced: number; label: string }) {
  return (
    <div className="filling" role="img" aria-label={label}>
      <i className="got" style={{ width: `${Math.min(100, received)}%` }} />
      <i className="billed" style={{ width: `${Math.min(100, invoiced)}%` }} />
    </div>
  );
}

export function Weave({ width = 220, height = 120 }: { width?: number; height?: number }) {
  const warp = Array.from({ length: 15 }, (_, i) => 12 + i * 14);
  return (
    <svg className="weave" width={width} height={height} viewBox="0 0 220 120" aria-hidden="true" focusable="false">
      {warp.map((x) => (
        <path key={x} d={`M${x} 6V114`} className="warp" />
      ))}
      {[22, 34, 46].map((y, row) => (
        <g key={y}>
          <path d={`M5 ${y}H215`} className="weft" />
          {warp
            .filter((_, i) => i % 2 === row % 2)
            .map((x) => (
              <path key={x} d={`M${x} ${y - 6}V${y + 6}`} className="warp over-weft" />
            ))}
        </g>
      ))}
      <path d="M5 70H120" className="weft live" />
      <path d="M88 70Q126 52 164 70 126 88 88 70z" className="shuttle" />
      <ellipse cx="126" cy="70" rx="11" ry="3.2" className="shuttle-eye" />
    </svg>
  );
}

/** Nothing here: one sentence, one action. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <Weave />
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action && <div className="row center">{action}</div>}
    </div>
  );
}
