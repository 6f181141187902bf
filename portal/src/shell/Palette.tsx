import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { $api } from '@/api/client';
import { Kbd } from '@/parts/Bits';
import { Icon, type IconName } from '@/parts/Icon';
import { STATUSES, statusOf } from '@/parts/status';
import { isBuyer, useSession } from '@/session/session';
import { useActs } from '@/shell/useActs';
import { usePlaces } from '@/shell/usePlaces';
import { useSpeech } from '@/words/speech';

type Entry = { group: string; icon: IconName; label: string; note?: string; to?: string; run?: () => void };
const LEAST = 2;

/** Find an invoice or an order by what one remembers of it, or go somewhere: Ctrl K. */
export function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useSpeech();
  return (
    <Modal.Root
      opened={opened}
      onClose={onClose}
      padding={0}
      size={620}
      yOffset="12vh"
      classNames={{ content: 'palette' }}
    >
      <Modal.Overlay backgroundOpacity={0.45} color="#0c100e" />
      <Modal.Content aria-label={t('palette.search')}>
        <Search onClose={onClose} />
      </Modal.Content>
    </Modal.Root>
  );
}

function useEntries(query: string): Entry[] {
  const { t, money } = useSpeech();
  const { company } = useSession();
  const { places, foot } = usePlaces();
  const asked = query.length >= LEAST;
  const orders = $api.useQuery(
    'get',
    '/v1/orders',
    { params: { query: { number: query, limit: 5 } } },
    { enabled: asked },
  );
  const invoices = $api.useQuery(
    'get',
    '/v1/invoices',
    { params: { query: { q: query, limit: 5 } } },
    { enabled: asked },
  );
  const acts = useActs().map((act): Entry => ({ group: t('palette.acts'), ...act }));
  const goals = [...places, ...foot].map(
    ({ to, icon, word }): Entry => ({ group: t('palette.go'), icon, label: t(`place.${word}`), to }),
  );
  // nothing typed: the places, and below what can be done; something typed: what can be done comes first
  const there = query ? [...acts, ...goals] : [...goals, ...acts];
  const found: Entry[] = there.filter(({ label }) => label.toLowerCase().includes(query.toLowerCase()));
  if (!asked) return there;
  for (const order of orders.data?.items ?? []) {
    found.push({
      group: t('place.orders'),
      icon: 'orders',
      label: order.number,
      note: `${isBuyer(company) ? order.supplier_name : order.buyer_name} · ${order.net_amount ? money(order.net_amount, order.currency) : ''}`,
      to: `/orders/${order.id}`,
    });
  }
  for (const invoice of invoices.data?.items ?? []) {
    const status = statusOf(invoice);
    found.push({
      group: t('place.invoices'),
      icon: STATUSES[status].icon,
      label: invoice.number || t('invoices.unnumbered'),
      note: `${t(`status.${status}`, { code: invoice.status })} · ${money(invoice.due, invoice.currency)}`,
      to: `/invoices/${invoice.id}`,
    });
  }
  return found;
}

function Search({ onClose }: { onClose: () => void }) {
  const { t } = useSpeech();
  const go = useNavigate();
  const [query, setQuery] = useState('');
  const [settled] = useDebouncedValue(query.trim(), 150);
  const [at, setAt] = useState(0);
  const shown = useEntries(settled);
  const open = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    if (entry.to) void go({ to: entry.to });
    entry.run?.();
  };
  return (
    <>
      <div className="palette-field">
        <Icon name="search" size={18} />
        <input
          data-autofocus
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={shown[at] ? `palette-${at}` : undefined}
          aria-label={t('palette.search')}
          placeholder={t('palette.placeholder')}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
              event.preventDefault();
              const step = event.key === 'ArrowDown' ? 1 : -1;
              setAt((now) => (now + step + shown.length) % Math.max(1, shown.length));
            }
            if (event.key === 'Enter') open(shown[at]);
          }}
        />
        <Kbd>Esc</Kbd>
      </div>
      <div id="palette-list" role="listbox" aria-label={t('palette.results')} className="palette-list">
        {shown.map((entry, i) => (
          <div key={`${entry.group}${entry.to}${entry.label}`} role="presentation">
            {shown[i - 1]?.group !== entry.group && (
              <div className="palette-group" role="presentation">
                {entry.group}
              </div>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above holds the keyboard, as its pattern says */}
            <div
              id={`palette-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === at}
              className="palette-row"
              onMouseMove={() => setAt(i)}
              onClick={() => open(entry)}
            >
              <Icon name={entry.icon} size={18} />
              <span className="palette-label">{entry.label}</span>
              {entry.note && <span className="soft palette-note">{entry.note}</span>}
            </div>
          </div>
        ))}
      </div>
      {!shown.length && (
        <p className="palette-none" role="status">
          {t('palette.none')}
        </p>
      )}
      <div className="palette-foot">
        <span>
          <Kbd>↑</Kbd>
          <Kbd>↓</Kbd> {t('palette.choose')}
        </span>
        <span>
          <Kbd>↵</Kbd> {t('palette.open')}
        </span>
      </div>
    </>
  );
}
