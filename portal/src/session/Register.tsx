import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { $api } from '@/api/client';
import { byField, isProblem } from '@/api/problem';
import { legalId, registerOf } from '@/parts/legalId';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useTitle } from '@/parts/useTitle';
import { AskAccess } from '@/session/AskAccess';
import { countries } from '@/session/countries';
import { Registered } from '@/session/Registered';
import { EMPTY, firstStepOf, KINDS, type Kind, STEPS, stepFlaws } from '@/session/registration';
import { SignLayout } from '@/session/SignLayout';
import { SignSteps } from '@/session/SignSteps';
import { useSpeech } from '@/words/speech';

/** A company registers itself: which one, where it sits, who asks; a mail then brings the link to the terms. */
export function Register() {
  const { t, lang } = useSpeech();
  const [step, go] = useState(0);
  useTitle(t('register.title'));
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: EMPTY,
    validate: (values) => stepFlaws(values, step, t),
  });
  const register = $api.useMutation('post', '/v1/registrations', {
    onError: (error: unknown) => {
      if (!isProblem(error)) return;
      const flaws = byField(error);
      form.setErrors(flaws);
      go(firstStepOf(flaws) ?? step);
    },
  });
  const [kind, setKind] = useState<Kind>(EMPTY.company.kind);
  form.watch('company.kind', ({ value }) => setKind(value));
  const [numbered, setNumbered] = useState(registerOf(EMPTY.company.country));
  form.watch('company.country', ({ value }) => setNumbered(registerOf(value)));
  const field = (path: string) => ({ key: form.key(path), ...form.getInputProps(path) });
  const problem = isProblem(register.error) ? register.error : undefined;
  const send = (values: typeof EMPTY) => {
    const { legal_id, vat_id, national_number, ...company } = values.company;
    const person = company.kind === 'person';
    register.mutate({
      body: {
        company: {
          ...company,
          ...(person ? { national_number } : { vat_id: vat_id || null, legal_id: legalId(legal_id, company.country) }),
          address: { ...company.address, country: company.country },
          time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
          language: lang,
        },
        person: { ...values.person, language: lang },
      } as never,
    });
  };
  if (register.data) return <Registered email={register.data.email} />;
  if (problem?.code === 'ACCOUNT_EXISTS') {
    return <AskAccess values={form.getValues()} problem={problem} back={register.reset} />;
  }
  const last = step === STEPS.length - 1;
  return (
    <SignLayout>
      <form className="sign-card" noValidate onSubmit={form.onSubmit((values) => (last ? send(values) : go(step + 1)))}>
        <SignSteps
          done={STEPS.slice(0, step).map((name) => t(`register.step.${name}`))}
          now={t(`register.step.${STEPS[step]!}`)}
          next={[...STEPS.slice(step + 1), 'terms' as const].map((name) => t(`register.step.${name}`))}
        />
        <div>
          <h1>{t('register.title')}</h1>
          <p className="lead">{t(`register.lead.${STEPS[step]!}`)}</p>
        </div>
        <ProblemNotice error={register.error} />
        <fieldset className="bare stack tight-stack" key={step}>
          <legend className="sr">{t(`register.step.${STEPS[step]!}`)}</legend>
          {step === 0 && (
            <>
              <NativeSelect
                label={t('bringing.kind')}
                data={KINDS.map((value) => ({ value, label: t(`bringing.kinds.${value}`) }))}
                {...field('company.kind')}
              />
              <NativeSelect label={t('register.country')} data={countries(lang)} {...field('company.country')} />
              <TextInput
                label={t(`bringing.name_of.${kind}`)}
                autoComplete={kind === 'person' ? 'name' : 'organization'}
                withAsterisk
                autoFocus
                {...field('company.legal_name')}
              />
              {kind === 'person' ? (
                <TextInput
                  label={t('register.national_number')}
                  description={t('register.national_number_why')}
                  autoComplete="off"
                  withAsterisk
                  {...field('company.national_number')}
                />
              ) : (
                <>
                  <TextInput label={t('settings.vat_id')} placeholder="FR65908172638" {...field('company.vat_id')} />
                  <TextInput
                    label={t(`register.legal_id.${numbered}`)}
                    description={numbered === 'siren' ? t('register.legal_id_why') : undefined}
                    inputMode="numeric"
                    {...field('company.legal_id')}
                  />
                </>
              )}
            </>
          )}
          {step === 1 && (
            <>
              <TextInput
                label={t('settings.address')}
                autoComplete="address-line1"
                withAsterisk
                autoFocus
                {...field('company.address.line_one')}
              />
              <TextInput
                label={t('settings.address_more')}
                autoComplete="address-line2"
                {...field('company.address.line_two')}
              />
              <div className="two">
                <TextInput
                  label={t('settings.postal_code')}
                  autoComplete="postal-code"
                  withAsterisk
                  {...field('company.address.postal_code')}
                />
                <TextInput
                  label={t('settings.city')}
                  autoComplete="address-level2"
                  withAsterisk
                  {...field('company.address.city')}
                />
              </div>
              <Checkbox
                label={t('register.supplier')}
                key={form.key('company.supplier')}
                {...form.getInputProps('company.supplier', { type: 'checkbox' })}
              />
              <Checkbox
                label={t('register.buyer')}
                key={form.key('company.buyer')}
                {...form.getInputProps('company.buyer', { type: 'checkbox' })}
              />
            </>
          )}
          {step === 2 && (
            <>
              <TextInput
                label={t('settings.name')}
                autoComplete="name"
                withAsterisk
                autoFocus
                {...field('person.name')}
              />
              <TextInput
                label={t('sign.email')}
                description={t('register.email_why')}
                type="email"
                autoComplete="email"
                withAsterisk
                {...field('person.email')}
              />
            </>
          )}
        </fieldset>
        <Button type="submit" size="md" fullWidth loading={register.isPending}>
          {last ? t('register.send') : t('factor.go_on')}
        </Button>
        <div className="row between small">
          {step > 0 ? (
            <button type="button" className="link" onClick={() => go(step - 1)}>
              {t('register.before')}
            </button>
          ) : (
            <Link to="/" className="link">
              {t('sign.back')}
            </Link>
          )}
        </div>
      </form>
    </SignLayout>
  );
}
