import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { components } from '@/api/generated/invoicing';
import { isDecimal, typed } from '@/convert/decimal';
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
  const [freight, setFreight] = useState(charges.find(({ reason_code }) => reason_code === FREIGHT)?.amount ?? '');
  const isWrong = (value: string) => value !== '' && !isDecimal(value);
  return (
    <Panel title={t('convert.charges')}>
      {allowed ? (
        <div className="row">
          <label className="grow" htmlFor="freight">
            {t('convert.freight')} <span className="soft">({currency})</span>
          </label>
          <TextInput
            id="freight"
            size="xs"
            w={104}
            inputMode="decimal"
            value={freight}
            error={points.length > 0}
            aria-describedby={points.length ? 'freight-why' : undefined}
            classNames={{ input: 'num r' }}
            onChange={(event) => {
              setFreight(event.currentTarget.value);
              const value = typed(event.currentTarget.value);
              unread(isWrong(value));
              if (isWrong(value)) return;
              const charge = {
                amount: value,
                reason: t('convert.freight'),
                reason_code: FREIGHT,
                vat: vat ?? { code: 'S', rate: '20' },
              };
              change({ charges: value === '' ? others : [...others, charge as Charge] });
            }}
          />
        </div>
      ) : (
        <p className="soft">{t('convert.no_charges')}</p>
      )}
      {points.map((point) => (
        <FindingNotice key={point.rule} id="freight-why" point={point} />
      ))}
    </Panel>
  );
}
