import { Button } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { FixedBy, type Party } from '@/convert/FixedBy';
import { COMPANY } from '@/convert/places';
import { Notice } from '@/parts/Bits';
import { useSpeech } from '@/words/speech';

/** One thing to put right: where, in words, by which rule, and the value that would do. */
export type Point = { place: string; text: string; rule: string; use?: string; by?: Party };

const OF_TAX_CODES = ['TAX_CODES_MISSING', 'TAX_CODE_UNKNOWN'];

/** To where the tax codes are set up, and back to this invoice. */
function ToTaxCodes() {
  const { t } = useSpeech();
  const { invoiceId } = useParams({ strict: false });
  return (
    <Link to="/settings/{-$room}" params={{ room: 'taxes' }} search={{ invoice: invoiceId }} className="link">
      {t('taxes.set_up')}
    </Link>
  );
}

export function FindingNotice({ point, id, repair }: { point: Point; id?: string; repair?: () => void }) {
  const { t, qty } = useSpeech();
  return (
    <Notice
      tone="bad"
      icon="failed"
      rule={point.rule}
      id={id}
      action={
        OF_TAX_CODES.includes(point.rule) ? (
          <ToTaxCodes />
        ) : point.place === COMPANY ? (
          <Link to="/settings/{-$room}" params={{ room: 'company' }} className="link">
            {t('failed.company')}
          </Link>
        ) : (
          repair &&
          point.use && (
            <Button size="compact-xs" variant="default" onClick={repair}>
              {t('convert.use', { value: qty(point.use) })}
            </Button>
          )
        )
      }
    >
      {point.text} {point.by && <FixedBy by={point.by} />}
    </Notice>
  );
}
