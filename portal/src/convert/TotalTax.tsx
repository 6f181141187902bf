import type { components } from '@/api/generated/invoicing';
import { AmountField } from '@/convert/AmountField';
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
  return (
    <div>
      <AmountField
        id="total_tax"
        label={t('convert.total_tax')}
        currency={draft.currency}
        value={draft.charges?.find(({ reason }) => reason === SALES_TAX)?.amount ?? ''}
        points={points}
        change={(amount) => change({ total_tax: amount || null })}
        unread={unread}
      />
      {points.map((point) => (
        <FindingNotice key={point.rule} id="total_tax-why" point={point} />
      ))}
    </div>
  );
}
