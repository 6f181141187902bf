import { Button, PasswordInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMemo } from 'react';
import { $api } from '@/api/client';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { SignLayout } from '@/session/SignLayout';
import { useSpeech } from '@/words/speech';

const SHORTEST = 12;

/** Opened from the link of a mail. The token rides behind the `#`, which no server and no log ever sees. */
export function Activation() {
  const { t } = useSpeech();
  const token = useMemo(() => decodeURIComponent(location.hash.slice(1)), []);
  const params = { path: { token } };
  const offered = $api.useQuery('get', '/v1/activations/{token}', { params }, { retry: false, enabled: token !== '' });
  const activate = $api.useMutation('post', '/v1/activations/{token}');
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '' },
    validate: { password: (given) => (given.length < SHORTEST ? t('activation.short', { count: SHORTEST }) : null) },
  });
  const known = offered.data;
  return (
    <SignLayout>
      {activate.isSuccess ? (
        <div className="sign-card">
          <h1>{t('activation.done')}</h1>
          <p className="lead">{t('activation.next')}</p>
          <Button component="a" href="/" size="md">
            {t('activation.enter')}
          </Button>
        </div>
      ) : (
        <form className="sign-card" onSubmit={form.onSubmit((body) => activate.mutate({ params, body }))}>
          <h1>{t('activation.title')}</h1>
          {token === '' && <p className="lead">{t('activation.gone')}</p>}
          {offered.error && <p className="lead">{t('activation.gone')}</p>}
          <ProblemNotice error={offered.error ?? activate.error} />
          {offered.isLoading && <Waiting rows={3} />}
          {known && (
            <>
              <p className="lead">{t('activation.lead', { company: known.company, email: known.email })}</p>
              <input type="hidden" name="username" autoComplete="username" value={known.email} readOnly />
              <PasswordInput
                label={known.has_password ? t('activation.confirm') : t('activation.password')}
                description={t('activation.short', { count: SHORTEST })}
                autoComplete={known.has_password ? 'current-password' : 'new-password'}
                required
                autoFocus
                size="md"
                visibilityToggleButtonProps={{ 'aria-label': t('sign.show') }}
                key={form.key('password')}
                {...form.getInputProps('password')}
              />
              <Button type="submit" size="md" fullWidth loading={activate.isPending}>
                {t('activation.activate')}
              </Button>
            </>
          )}
        </form>
      )}
    </SignLayout>
  );
}
