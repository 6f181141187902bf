import type { components } from '@/api/generated/invoicing';
import { AmountField } from '@/convert/AmountField';
import { FindingNotice, type Point } from '@/convert/FindingNotice';
import type { Edit } from '@/convert/useDraft';
import { Panel } from '@/parts/Bits';
import { useSpeech } from '@/words/speech';

type Charge = components['schemas']['DocumentAllowanceCharge'];
/** UNTDID 7161: freight service. */
const FREIGHT = 'FC';
type Props = {
  allowed: boolean;
  currency: string;
  charges: Charge[];
  vat?: Charge['vat'];
  points: Point[];
  change: (terms: Edit) => void;
  /** Whether what is typed is no amount. */
  unread: (wrong: boolean) => void;
};

/** Freight, where the buyer takes any. */
export function Charges({ allowed, currency, charges, vat, points, change, unread }: Props) {
  const { t } = useSpeech();
  const others = charges.filter(({ reason_code }) => reason_code !== FREIGHT);
  return (
    <Panel title={t('convert.charges')}>
      {allowed ? (
        <AmountField
          id="freight"
          label={t('convert.freight')}
          currency={currency}
          value={charges.find(({ reason_code }) => reason_code === FREIGHT)?.amount ?? ''}
          points={points}
          change={(amount) => {
            const charge = {
              amount,
              reason: t('convert.freight'),
              reason_code: FREIGHT,
              vat: vat ?? { code: 'S', rate: '20' },
            };
            change({ charges: amount === '' ? others : [...others, charge as Charge] });
          }}
          unread={unread}
        />
      ) : (
        <p className="soft">{t('convert.no_charges')}</p>
      )}
      {points.map((point) => (
        <FindingNotice key={point.rule} id="freight-why" point={point} />
      ))}
    </Panel>
  );
}
