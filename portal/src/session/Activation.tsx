import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { $api } from '@/api/client';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useTitle } from '@/parts/useTitle';
import { Waiting } from '@/parts/Waiting';
import { ActivationForm } from '@/session/ActivationForm';
import { SignLayout } from '@/session/SignLayout';
import { useSpeech } from '@/words/speech';

/** Opened from the link of a mail. The token rides behind the `#`, which no server and no log ever sees. */
export function Activation() {
  const { t } = useSpeech();
  const token = useMemo(() => decodeURIComponent(location.hash.slice(1)), []);
  const params = { path: { token } };
  const offered = $api.useQuery(
    'get',
    '/v1/activations/{token}',
    { params },
    // a link is read once: it is over after its use, and the page goes on showing what it was
    { retry: false, enabled: token !== '', staleTime: Number.POSITIVE_INFINITY },
  );
  const activate = $api.useMutation('post', '/v1/activations/{token}');
  const begin = $api.useMutation('post', '/v1/activations/{token}/begin');
  const decline = $api.useMutation('post', '/v1/activations/{token}/decline');
  const known = offered.data;
  const purpose = known?.purpose === 'password' || known?.purpose === 'consent' ? known.purpose : 'account';
  const over = token === '' || Boolean(offered.error);
  const title = t(over ? 'activation.over' : `activation.title.${purpose}`);
  useTitle(title);
  if (activate.isSuccess || decline.isSuccess) {
    const end = decline.isSuccess ? 'declined' : purpose;
    return (
      <SignLayout>
        <div className="sign-card" role="status">
          <div>
            <h1>{t(`activation.done.${end}`)}</h1>
            <p className="lead">{t(`activation.next.${end}`, { issuer: known?.issuer })}</p>
          </div>
          {!decline.isSuccess && (
            <Button component="a" href="/" size="md">
              {t('activation.enter')}
            </Button>
          )}
        </div>
      </SignLayout>
    );
  }
  return (
    <SignLayout>
      <div className="sign-card">
        <div>
          <h1>{title}</h1>
          {known && (
            <p className="lead">
              {t(`activation.lead.${purpose}`, { company: known.company, email: known.email, issuer: known.issuer })}
            </p>
          )}
          {over && <p className="lead">{t('activation.gone')}</p>}
        </div>
        {token !== '' && <ProblemNotice error={offered.error ?? activate.error ?? decline.error} />}
        {offered.isLoading && <Waiting rows={3} />}
        {known && (
          <ActivationForm
            known={known}
            purpose={purpose}
            sending={activate.isPending || decline.isPending}
            refused={activate.error}
            begin={() => begin.mutate({ params })}
            send={(body) => activate.mutate({ params, body })}
            decline={() => decline.mutate({ params })}
          />
        )}
        {!known && (
          <div className="row between small">
            <Link to="/" className="link">
              {t('sign.back')}
            </Link>
            <Link to="/password" className="link">
              {t('activation.again')}
            </Link>
            <Link to="/support" className="link">
              {t('activation.ask')}
            </Link>
          </div>
        )}
      </div>
    </SignLayout>
  );
}
