import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { components } from '@/api/generated/invoicing';
import { isDecimal, typed } from '@/convert/decimal';
import { FindingNotice, type Point } from '@/convert/FindingNotice';
import type { Edit } from '@/convert/useDraft';
import { useSpeech } from '@/words/speech';

/** The charge by which the service keeps it: the sales tax of the United States is no VAT. */
export const SALES_TAX = 'Sales tax';
type Props = {
  draft: components['schemas']['InvoiceDraft'];
  points: Point[];
  change: (terms: Edit) => void;
  /** Whether what is typed is no amount. */
  unread: (wrong: boolean) => void;
};

/** Where one's own country has its invoices end in one sum of all taxes. */
export const hasTotalTax = ({ seller }: Props['draft']) => seller.address?.country === 'US';

/** All taxes of a seller in the United States, the last that is typed. */
export function TotalTax({ draft, points, change, unread }: Props) {
  const { t } = useSpeech();
  const [tax, setTax] = useState(draft.charges?.find(({ reason }) => reason === SALES_TAX)?.amount ?? '');
  return (
    <div>
      <div className="row">
        <label className="grow" htmlFor="total_tax">
          {t('convert.total_tax')} <span className="soft">({draft.currency})</span>
        </label>
        <TextInput
          id="total_tax"
          size="xs"
          w={104}
          inputMode="decimal"
          value={tax}
          error={points.length > 0}
          aria-describedby={points.length ? 'total_tax-why' : undefined}
          classNames={{ input: 'num r' }}
          onChange={(event) => {
            setTax(event.currentTarget.value);
            const value = typed(event.currentTarget.value);
            const wrong = value !== '' && (!isDecimal(value) || value.startsWith('-'));
            unread(wrong);
            if (!wrong) change({ total_tax: value || null });
          }}
        />
      </div>
      {points.map((point) => (
        <FindingNotice key={point.rule} id="total_tax-why" point={point} />
      ))}
    </div>
  );
}
