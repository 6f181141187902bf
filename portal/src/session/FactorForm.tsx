import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/generated/registration';
import { byField, isProblem } from '@/api/problem';
import { Icon, type IconName } from '@/parts/Icon';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { FactorProof } from '@/session/FactorProof';
import { offersPasskeys } from '@/session/passkey';
import { RecoveryCodes } from '@/session/RecoveryCodes';
import { useSpeech } from '@/words/speech';

export type Kind = components['schemas']['NewFactor']['kind'];
const KINDS = { totp: 'device', passkey: 'key', sms: 'phone', email: 'mail' } as const satisfies Record<Kind, IconName>;
const isKind = (method: string): method is Kind => method in KINDS;

/** Set up one more second factor: choose it, give the password, prove it once; the first brings recovery codes. */
export function FactorForm({ allowed, done }: { allowed: string[]; done: () => void }) {
  const { t } = useSpeech();
  const kinds = allowed.filter(isKind).filter((kind) => kind !== 'passkey' || offersPasskeys());
  const [kind, choose] = useState<Kind>(kinds[0] ?? 'totp');
  const [codes, show] = useState<string[]>();
  const form = useForm({ mode: 'uncontrolled', initialValues: { password: '', phone: '' } });
  const begin = $api.useMutation('post', '/v1/session/factors', {
    onSuccess: (begun) => !begun.challenge && done(),
    onError: (error: unknown) => isProblem(error) && form.setErrors(byField(error)),
  });
  if (codes) return <RecoveryCodes codes={codes} done={done} />;
  if (begin.data?.challenge) {
    const proved = (given: string[] | null) => (given ? show(given) : done());
    return <FactorProof kind={kind} begun={begin.data} proved={proved} back={begin.reset} />;
  }
  return (
    <form
      className="stack"
      onSubmit={form.onSubmit(({ password, phone }) =>
        begin.mutate({
          body: {
            kind,
            password,
            name: t(`factor.kind.${kind}`),
            ...(kind === 'sms' ? { phone: phone.replace(/[\s.]/g, '') } : {}),
          },
        }),
      )}
    >
      <ProblemNotice error={begin.error} />
      <fieldset className="ways two-wide">
        <legend className="sr">{t('factor.which')}</legend>
        {kinds.map((each) => (
          <label key={each} data-on={each === kind || undefined}>
            <input type="radio" name="kind" checked={each === kind} onChange={() => choose(each)} />
            <Icon name={KINDS[each]} size={17} />
            {t(`factor.kind.${each}`)}
          </label>
        ))}
      </fieldset>
      <p className="soft">{t(`factor.about.${kind}`)}</p>
      {kind === 'sms' && (
        <TextInput
          label={t('factor.phone')}
          placeholder="+33 6 12 34 56 78"
          type="tel"
          autoComplete="tel"
          required
          key={form.key('phone')}
          {...form.getInputProps('phone')}
        />
      )}
      <PasswordInput
        label={t('factor.password')}
        autoComplete="current-password"
        required
        visibilityToggleButtonProps={{ 'aria-label': t('sign.show') }}
        key={form.key('password')}
        {...form.getInputProps('password')}
      />
      <Button type="submit" size="md" loading={begin.isPending}>
        {t('factor.go_on')}
      </Button>
    </form>
  );
}
