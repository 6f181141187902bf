import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useState } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/generated/registration';
import { Notice } from '@/parts/Bits';
import { Icon, type IconName } from '@/parts/Icon';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { offersPasskeys, showPasskey } from '@/session/passkey';
import { SignSteps } from '@/session/SignSteps';
import { useSpeech } from '@/words/speech';

type Asked = components['schemas']['SecondFactor'];
const WAYS = {
  totp: 'device',
  passkey: 'key',
  sms: 'phone',
  email: 'mail',
  recovery_code: 'copy',
} as const satisfies Record<string, IconName>;
type Way = keyof typeof WAYS;
const isWay = (method: string): method is Way => method in WAYS;

/** The second factor: one field that takes paste and autofill, the ways as radios. */
export function SecondStep({ asked, onSignedIn, leave }: { asked: Asked; onSignedIn: () => void; leave: () => void }) {
  const { t } = useSpeech();
  const ways = asked.methods.filter(isWay).filter((each) => each !== 'passkey' || offersPasskeys());
  const [cancelled, cancel] = useState(false);
  const [way, setWay] = useState<Way>(ways[0] ?? 'recovery_code');
  const form = useForm({ mode: 'uncontrolled', initialValues: { code: '' } });
  const { mutate: sendCode, ...sent } = $api.useMutation('post', '/v1/session/code');
  const prove = $api.useMutation('post', '/v1/session/second-factor', { onSuccess: onSignedIn });
  const { challenge } = asked;
  useEffect(() => {
    if (way === 'sms' || way === 'email') sendCode({ body: { challenge, method: way } as never });
  }, [way, challenge, sendCode]);
  const withPasskey = async () => {
    cancel(false);
    try {
      const credential = await showPasskey(asked.passkey ?? {});
      prove.mutate({ body: { challenge, method: 'passkey', credential } as never });
    } catch {
      cancel(true);
    }
  };
  const hint = (way === 'sms' ? asked.phone_hint : asked.email_hint) ?? '';
  return (
    <form
      className="sign-card"
      onSubmit={form.onSubmit(({ code }) =>
        prove.mutate({ body: { challenge, method: way, code: code.replace(/\s/g, '') } as never }),
      )}
    >
      <SignSteps done={[t('sign.identity')]} now={t('sign.second')} />
      <div>
        <h1>{t('sign.one_more')}</h1>
        <p className="lead">{t(`sign.lead_of.${way}`, { hint })}</p>
      </div>
      <ProblemNotice error={prove.error ?? sent.error} />
      <fieldset className="ways">
        <legend className="sr">{t('sign.way')}</legend>
        {ways.map((each) => (
          <label key={each} data-on={each === way || undefined}>
            <input type="radio" name="way" checked={each === way} onChange={() => setWay(each)} />
            <Icon name={WAYS[each]} size={17} />
            {t(`sign.method.${each}`)}
          </label>
        ))}
      </fieldset>
      {cancelled && (
        <Notice tone="warn" icon="hold">
          {t('factor.passkey_cancelled')}
        </Notice>
      )}
      {way === 'passkey' ? (
        <Button size="md" fullWidth autoFocus loading={prove.isPending} onClick={() => void withPasskey()}>
          {t('sign.with_passkey')}
        </Button>
      ) : (
        <>
          <TextInput
            label={t('sign.code')}
            inputMode={way === 'recovery_code' ? 'text' : 'numeric'}
            autoComplete="one-time-code"
            required
            autoFocus
            size="md"
            classNames={{ input: 'code-field' }}
            key={form.key('code')}
            {...form.getInputProps('code')}
          />
          <Button type="submit" size="md" fullWidth loading={prove.isPending}>
            {t('sign.enter')}
          </Button>
        </>
      )}
      <button type="button" className="link small" onClick={leave}>
        {t('sign.other_account')}
      </button>
    </form>
  );
}
