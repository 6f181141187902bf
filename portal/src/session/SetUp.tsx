import { $api } from '@/api/client';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useTitle } from '@/parts/useTitle';
import { Waiting } from '@/parts/Waiting';
import { FactorForm } from '@/session/FactorForm';
import { SignLayout } from '@/session/SignLayout';
import { SignSteps } from '@/session/SignSteps';
import { useSpeech } from '@/words/speech';

/** The company asks for a stronger second factor than a mailbox: it is set up here, and then the portal opens. */
export function SetUp({ name, done, leave }: { name: string; done: () => void; leave: () => void }) {
  const { t } = useSpeech();
  const factors = $api.useQuery('get', '/v1/session/factors');
  useTitle(t('factor.title'));
  return (
    <SignLayout>
      <div className="sign-card">
        <SignSteps done={[t('sign.identity'), t('sign.second')]} now={t('factor.step')} />
        <div>
          <h1>{t('factor.title')}</h1>
          <p className="lead">{t('factor.lead', { name: name.split(' ')[0] })}</p>
        </div>
        <ProblemNotice error={factors.error} />
        {factors.isPending && <Waiting rows={3} />}
        {factors.data && <FactorForm allowed={factors.data.allowed} done={done} />}
        <button type="button" className="link small" onClick={leave}>
          {t('sign.other_account')}
        </button>
      </div>
    </SignLayout>
  );
}
