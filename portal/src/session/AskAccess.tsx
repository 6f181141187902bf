import { Button, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import { $api } from '@/api/client';
import { byField, isProblem, type Problem } from '@/api/problem';
import { legalId } from '@/parts/legalId';
import { ProblemNotice } from '@/parts/ProblemNotice';
import type { Values } from '@/session/registration';
import { SignLayout } from '@/session/SignLayout';
import { useSpeech } from '@/words/speech';

type Props = { values: Values; problem: Problem; back: () => void };

/** One company, one account: who finds theirs on the network asks its administrators to be let in. */
export function AskAccess({ values, problem, back }: Props) {
  const { t, lang } = useSpeech();
  const { company, person } = values;
  const byVat = (problem.violations ?? []).some(({ pointer }) => pointer?.endsWith('/vat_id'));
  const number = byVat
    ? { scheme: 'VAT', value: company.vat_id }
    : (legalId(company.legal_id, company.country) ?? { scheme: '', value: '' });
  const form = useForm({ mode: 'uncontrolled', initialValues: { ...person, message: '' } });
  const ask = $api.useMutation('post', '/v1/registrations/access-requests', {
    onError: (error: unknown) => isProblem(error) && form.setErrors(byField(error)),
  });
  const field = (name: 'name' | 'email' | 'message') => ({ key: form.key(name), ...form.getInputProps(name) });
  return (
    <SignLayout>
      {ask.isSuccess ? (
        <div className="sign-card" role="status">
          <div>
            <h1>{t('access.sent')}</h1>
            <p className="lead">{t('access.sent_why', { company: company.legal_name })}</p>
          </div>
          <p className="soft small">{t('access.nobody')}</p>
          <div className="row between small">
            <Link to="/" className="link">
              {t('sign.back')}
            </Link>
          </div>
        </div>
      ) : (
        <form
          className="sign-card"
          onSubmit={form.onSubmit((given) =>
            ask.mutate({ body: { ...given, language: lang, company: number } as never }),
          )}
        >
          <div>
            <h1>{t('access.title')}</h1>
            <p className="lead">{t('access.lead', { company: company.legal_name, number: number.value })}</p>
          </div>
          <ProblemNotice error={ask.error} />
          <TextInput label={t('settings.name')} autoComplete="name" required {...field('name')} />
          <TextInput label={t('sign.email')} type="email" autoComplete="email" required {...field('email')} />
          <Textarea label={t('access.message')} autosize minRows={2} maxLength={500} {...field('message')} />
          <Button type="submit" size="md" fullWidth loading={ask.isPending}>
            {t('access.ask')}
          </Button>
          <button type="button" className="link small" onClick={back}>
            {t('access.wrong')}
          </button>
        </form>
      )}
    </SignLayout>
  );
}
