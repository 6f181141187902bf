import type { components } from '@/api/generated/invoicing';
import { Icon } from '@/parts/Icon';
import { STATUSES, type StatusKey, statusOfCode } from '@/parts/status';
import { useSpeech } from '@/words/speech';

type Entry = components['schemas']['TimelineEntry'];
type Detail = components['schemas']['InvoiceDetail'];
type Knot = { id: string; key: StatusKey; code?: string; at?: string; note: string };

const OF_TYPE: Record<string, StatusKey> = {
  'invoice.submitted': 'submitted',
  'invoice.validated': 'validated',
  'invoice.failed': 'failed',
  'invoice.sealed': 'sealed',
  'invoice.archived': 'archived',
  'invoice.delivered': 'delivered',
  'invoice.delivery_failed': 'delivery_failed',
  'invoice.cancelled': 'cancelled',
};
const TO_COME: StatusKey[] = ['sealed', 'archived', 'delivered', 'approved', 'paid'];
const ENDS: StatusKey[] = ['failed', 'cancelled', 'refused'];

/** One knot a fact, with who and when; the shuttle lies where the invoice is; what is still to come is dotted. */
export function Thread({ entries, invoice }: { entries: Entry[]; invoice: Detail }) {
  const { t, dayShort, seconds } = useSpeech();
  const knots = entries.map((entry): Knot => {
    const code = String(entry.data.code ?? '');
    const key = entry.type === 'invoice.status_reported' ? statusOfCode(code) : (OF_TYPE[entry.type] ?? 'other');
    return { id: entry.event_id, key, code, at: entry.at, note: noteOf(entry, invoice) };
  });
  function noteOf(entry: Entry, { supplier_name, buyer_name }: Detail): string {
    if (entry.type === 'invoice.submitted') {
      return entry.attempt > 1 ? t('thread.again', { who: supplier_name, attempt: entry.attempt }) : supplier_name;
    }
    if (entry.type === 'invoice.status_reported') {
      const by = entry.data.reported_by === 'supplier' ? supplier_name : buyer_name;
      const reasons = Array.isArray(entry.data.reasons) ? entry.data.reasons.map(String) : [];
      return [by, ...reasons.map((each) => t(`reason.${each}` as 'reason.AUTRE', { defaultValue: each }))].join(' · ');
    }
    if (entry.type === 'invoice.delivered') return t('thread.handed', { who: buyer_name });
    if (entry.type === 'invoice.validated') {
      const sets = Array.isArray(entry.data.rule_sets) ? entry.data.rule_sets : [];
      return t('thread.rules', { sets: sets.map((set: { id?: string }) => set.id).join(', ') });
    }
    return t(`thread.by.${entry.service}` as 'thread.by.archive', { defaultValue: 'Navette' });
  }
  const last = knots.at(-1)?.key;
  const reached = Math.max(-1, ...knots.map(({ key }) => TO_COME.indexOf(key)));
  const coming = last && ENDS.includes(last) ? [] : TO_COME.slice(reached + 1);
  const all: Knot[] = [...knots, ...coming.map((key) => ({ id: key, key, note: '' }))];
  return (
    <ol className="thread" aria-label={t('invoices.steps')}>
      {all.map((knot, i) => {
        const state = i < knots.length - 1 ? 'done' : i === knots.length - 1 ? 'now' : 'next';
        return (
          <li
            key={knot.id}
            data-state={state}
            data-tone={STATUSES[knot.key].tone}
            aria-current={state === 'now' ? 'step' : undefined}
          >
            <span className="knot">
              <Icon name={STATUSES[knot.key].icon} size={16} />
            </span>
            <div className="thread-text">
              <div className="thread-word">
                {t(`status.${knot.key}`, { code: knot.code })}
                {state === 'next' && <span className="soft"> · {t('thread.to_come')}</span>}
              </div>
              {knot.note && <div className="soft small">{knot.note}</div>}
            </div>
            {knot.at && (
              <time className="thread-time" dateTime={knot.at}>
                {dayShort(knot.at)}
                <span>{seconds(knot.at)}</span>
              </time>
            )}
          </li>
        );
      })}
    </ol>
  );
}
