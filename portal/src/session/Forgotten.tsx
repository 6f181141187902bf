import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import { $api } from '@/api/client';
import { byField, isProblem } from '@/api/problem';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useTitle } from '@/parts/useTitle';
import { SignLayout } from '@/session/SignLayout';
import { useSpeech } from '@/words/speech';

/** A link to a new password. The page says the same for every address; the mail says what is what. */
export function Forgotten() {
  const { t, lang } = useSpeech();
  useTitle(t('forgotten.title'));
  const form = useForm({ mode: 'uncontrolled', initialValues: { email: '' } });
  const ask = $api.useMutation('post', '/v1/session/password-resets', {
    onError: (error: unknown) => isProblem(error) && form.setErrors(byField(error)),
  });
  return (
    <SignLayout>
      <form
        className="sign-card"
        onSubmit={form.onSubmit(({ email }) => ask.mutate({ body: { email, language: lang } }))}
      >
        <div>
          <h1>{ask.isSuccess ? t('forgotten.sent') : t('forgotten.title')}</h1>
          <p className="lead">{ask.isSuccess ? t('forgotten.sent_why') : t('forgotten.lead')}</p>
        </div>
        <ProblemNotice error={ask.error} />
        {!ask.isSuccess && (
          <>
            <TextInput
              label={t('sign.email')}
              type="email"
              autoComplete="username"
              required
              autoFocus
              size="md"
              key={form.key('email')}
              {...form.getInputProps('email')}
            />
            <Button type="submit" size="md" fullWidth loading={ask.isPending}>
              {t('forgotten.send')}
            </Button>
          </>
        )}
        <div className="row between small">
          <Link to="/" className="link">
            {t('sign.back')}
          </Link>
        </div>
      </form>
    </SignLayout>
  );
}
