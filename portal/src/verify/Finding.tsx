import type { components } from '@/api/generated/signing';
import { Notice } from '@/parts/Bits';
import { useSpeech } from '@/words/speech';

type Signature = components['schemas']['CheckedSignature'];
const FACE = {
  TOTAL_PASSED: { tone: 'ok', icon: 'check', word: 'verify.passed' },
  INDETERMINATE: { tone: 'warn', icon: 'help', word: 'verify.indeterminate' },
  TOTAL_FAILED: { tone: 'bad', icon: 'failed', word: 'verify.failed' },
} as const;

/** Nothing tells whether it was changed: then nothing is said of it. */
const UNCHECKED = { tone: 'warn', icon: 'help', word: 'verify.unchecked' } as const;

type Props = { name: string; signature?: Signature };

function faceOf(signature?: Signature) {
  const face = FACE[signature?.indication ?? 'TOTAL_FAILED'];
  return face === FACE.INDETERMINATE && !signature?.is_intact ? UNCHECKED : face;
}

/** One signature: what it is worth, why, whose it is, and when. */
export function Finding({ name, signature }: Props) {
  const { t, moment } = useSpeech();
  const face = faceOf(signature);
  const reason = signature ? (signature.reason ?? '') : 'NO_SIGNATURE';
  const why = reason && t(`verify.why.${reason}` as 'verify.why.HASH_FAILURE', { defaultValue: '' });
  return (
    <Notice tone={face.tone} icon={face.icon} title={t(face.word, { name })} rule={reason || undefined}>
      {why && <span className="block">{why}</span>}
      {signature?.signer && <span className="block">{t('verify.signer', { who: signature.signer })}</span>}
      {signature?.is_network_seal && <span className="block">{t('verify.ours')}</span>}
      {signature?.stamped_at && (
        <span className="block">{t('verify.stamped', { when: moment(signature.stamped_at) })}</span>
      )}
      {signature && <span className="block">{t('verify.level', { level: signature.level })}</span>}
    </Notice>
  );
}
