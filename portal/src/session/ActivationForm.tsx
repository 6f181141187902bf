import { Button, Checkbox, PasswordInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useRef } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/generated/registration';
import { byField, isProblem } from '@/api/problem';
import { corrected, type Given, GivenCompany, givenValues } from '@/session/GivenCompany';
import { useSpeech } from '@/words/speech';

const SHORTEST = 12;
type Offered = components['schemas']['Offered'];
type Props = {
  known: Offered;
  purpose: 'account' | 'password' | 'consent';
  sending: boolean;
  refused: unknown;
  /** Somebody has begun to fill this in. */
  begin: () => void;
  send: (body: { password: string; terms?: string; company?: Given; name?: string }) => void;
  decline: () => void;
};

/** What a link asks: a password, and where it makes a company the terms, and for a consent the yes or no. */
export function ActivationForm({ known, purpose, sending, refused, begin, send, decline }: Props) {
  const { t, said } = useSpeech();
  const terms = $api.useQuery(
    'get',
    '/v1/registrations/terms/{version}',
    { params: { path: { version: known.terms ?? 'current' } } },
    { enabled: Boolean(known.terms) },
  );
  const begun = useRef(false);
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: {
      password: '',
      terms: false,
      consent: false,
      ...givenValues(known.company_given, known.name ?? ''),
    },
    onValuesChange: () => {
      if (!form.isDirty() || begun.current) return;
      begun.current = true;
      begin();
    },
    validate: {
      password: (given) =>
        !known.has_password && given.length < SHORTEST ? t('activation.short', { count: SHORTEST }) : null,
      terms: (given) => (known.terms && !given ? t('activation.terms_needed') : null),
      consent: (given) => (known.consent && !given ? t('activation.consent_needed') : null),
    },
  });
  useEffect(() => {
    if (isProblem(refused)) form.setErrors(byField(refused));
  }, [refused, form.setErrors]);
  const checkbox = (name: 'terms' | 'consent') => ({
    key: form.key(name),
    ...form.getInputProps(name, { type: 'checkbox' }),
  });
  return (
    <form
      className="stack"
      noValidate
      onSubmit={form.onSubmit(({ password, ...values }) =>
        send({
          password,
          ...(known.terms ? { terms: known.terms } : {}),
          ...(known.company_given ? { company: corrected(known.company_given, values), name: values.name } : {}),
        }),
      )}
    >
      {known.consent && (
        <Checkbox label={said(known.consent)} classNames={{ label: 'long-label' }} {...checkbox('consent')} />
      )}
      {known.company_given && (
        <GivenCompany
          form={form}
          issuer={known.issuer ?? ''}
          fixed={purpose === 'consent'}
          person={known.company_given.kind === 'person'}
          nationalNumber={known.national_number ?? ''}
        />
      )}
      <input type="hidden" name="username" autoComplete="username" value={known.email} readOnly />
      <PasswordInput
        label={known.has_password ? t('activation.confirm') : t('activation.password')}
        description={known.has_password ? undefined : t('activation.short', { count: SHORTEST })}
        autoComplete={known.has_password ? 'current-password' : 'new-password'}
        withAsterisk
        autoFocus
        size="md"
        visibilityToggleButtonProps={{ 'aria-label': t('sign.show') }}
        key={form.key('password')}
        {...form.getInputProps('password')}
      />
      {known.terms && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard too */}
          <section className="terms" aria-label={t('activation.terms')} tabIndex={0}>
            <strong>{t('activation.terms_of', { version: known.terms })}</strong>
            <p>{terms.data && said(terms.data.texts)}</p>
          </section>
          <Checkbox label={t('activation.accept')} {...checkbox('terms')} />
        </>
      )}
      <Button type="submit" size="md" fullWidth loading={sending}>
        {t(`activation.do.${purpose}`)}
      </Button>
      {purpose === 'consent' && (
        <Button variant="default" size="md" fullWidth disabled={sending} onClick={decline}>
          {t('activation.decline')}
        </Button>
      )}
    </form>
  );
}
