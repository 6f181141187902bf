import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { $api } from '@/api/client';
import { Notice } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { SecondStep } from '@/session/SecondStep';
import { SignLayout } from '@/session/SignLayout';
import { useSpeech } from '@/words/speech';

type Props = {
  onSignedIn: () => void;
  /** The session ended while somebody was at work. */
  again?: boolean;
};

export function SignIn({ onSignedIn, again }: Props) {
  const { t } = useSpeech();
  const form = useForm({ mode: 'uncontrolled', initialValues: { email: '', password: '' } });
  const signIn = $api.useMutation('post', '/v1/session', {
    // fetched while the answer is awaited
    onMutate: () => void import('@/shell/Shell'),
    onSuccess: (answer) => !('challenge' in answer) && onSignedIn(),
  });
  const asked = signIn.data && 'challenge' in signIn.data ? signIn.data : undefined;
  useEffect(() => {
    document.title = `${t('sign.title')} · Navette`;
  }, [t]);
  if (asked) {
    return (
      <SignLayout>
        <SecondStep asked={asked} onSignedIn={onSignedIn} leave={signIn.reset} />
      </SignLayout>
    );
  }
  return (
    <SignLayout>
      <form className="sign-card" onSubmit={form.onSubmit((body) => signIn.mutate({ body }))}>
        <div>
          <h1>{t('sign.hello')}</h1>
          <p className="lead">{t('sign.lead')}</p>
        </div>
        {again && (
          <div role="status">
            <Notice tone="info" icon="blocked" title={t('sign.again')}>
              {t('sign.again_why')}
            </Notice>
          </div>
        )}
        <ProblemNotice error={signIn.error} />
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
        <PasswordInput
          label={t('sign.password')}
          autoComplete="current-password"
          required
          size="md"
          visibilityToggleButtonProps={{ 'aria-label': t('sign.show') }}
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Button type="submit" size="md" fullWidth loading={signIn.isPending}>
          {t('sign.enter')}
        </Button>
        <div className="row between small">
          <Link to="/password" className="link">
            {t('sign.forgotten')}
          </Link>
          <Link to="/register" className="link">
            {t('sign.register')}
          </Link>
        </div>
      </form>
    </SignLayout>
  );
}
