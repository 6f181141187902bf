import { $api } from '@/api/client';
import { Panel } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { Factors } from '@/settings/Factors';
import { PasswordForm } from '@/settings/PasswordForm';
import { Sessions } from '@/settings/Sessions';
import { SignInPolicy } from '@/settings/SignInPolicy';
import { useSpeech } from '@/words/speech';

/** How one signs in: second factors and recovery codes, the password, the browsers one is signed in with. */
export function Security() {
  const { t } = useSpeech();
  const factors = $api.useQuery('get', '/v1/session/factors');
  return (
    <div className="stack">
      <Panel title={t('security.factors')}>
        <ProblemNotice error={factors.error} />
        {factors.isPending && <Waiting rows={3} />}
        {factors.data && <Factors {...factors.data} />}
      </Panel>
      <Panel title={t('sign.password')}>
        <PasswordForm />
      </Panel>
      <Sessions />
      <SignInPolicy />
    </div>
  );
}
