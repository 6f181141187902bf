import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/generated/registration';
import { Notice } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import type { Kind } from '@/session/FactorForm';
import { makePasskey } from '@/session/passkey';
import { QrCode } from '@/session/QrCode';
import { useSpeech } from '@/words/speech';

type Begun = components['schemas']['FactorBegun'];
type Props = { kind: Kind; begun: Begun; proved: (codes: string[] | null) => void; back: () => void };

/** The proof that a new factor works, once: a code, or what the browser's passkey dialog gives. */
export function FactorProof({ kind, begun, proved, back }: Props) {
  const { t } = useSpeech();
  const [cancelled, cancel] = useState(false);
  const form = useForm({ mode: 'uncontrolled', initialValues: { code: '' } });
  const confirm = $api.useMutation('post', '/v1/session/factors/{factor_id}/confirm', {
    onSuccess: ({ recovery_codes }) => proved(recovery_codes),
  });
  const prove = (given: { code: string } | { credential: Record<string, unknown> }) =>
    confirm.mutate({
      params: { path: { factor_id: begun.id } },
      body: { challenge: begun.challenge ?? '', ...given } as never,
    });
  const withPasskey = async () => {
    cancel(false);
    try {
      prove({ credential: await makePasskey(begun.passkey ?? {}) });
    } catch {
      cancel(true);
    }
  };
  return (
    <form className="stack" onSubmit={form.onSubmit(({ code }) => prove({ code: code.replace(/\s/g, '') }))}>
      <ProblemNotice error={confirm.error} />
      {kind === 'passkey' ? (
        <>
          <p>{t('factor.passkey_now')}</p>
          {cancelled && (
            <Notice tone="warn" icon="hold">
              {t('factor.passkey_cancelled')}
            </Notice>
          )}
          <Button size="md" loading={confirm.isPending} data-autofocus autoFocus onClick={() => void withPasskey()}>
            {t('factor.passkey_make')}
          </Button>
        </>
      ) : (
        <>
          {begun.uri && begun.secret && (
            <div className="seed">
              <QrCode text={begun.uri} label={t('factor.qr')} />
              <div className="stack tight-stack">
                <p>{t('factor.scan')}</p>
                <p className="soft small">{t('factor.by_hand')}</p>
                <code className="seed-code">{begun.secret.replace(/(.{4})/g, '$1 ').trim()}</code>
              </div>
            </div>
          )}
          {begun.sent_to && <p>{t('sign.lead_of.sms', { hint: begun.sent_to })}</p>}
          <TextInput
            label={t('sign.code')}
            inputMode="numeric"
            autoComplete="one-time-code"
            required
            autoFocus
            size="md"
            classNames={{ input: 'code-field' }}
            key={form.key('code')}
            {...form.getInputProps('code')}
          />
          <Button type="submit" size="md" loading={confirm.isPending}>
            {t('factor.prove')}
          </Button>
        </>
      )}
      <button type="button" className="link small" onClick={back}>
        {t('factor.other')}
      </button>
    </form>
  );
}
