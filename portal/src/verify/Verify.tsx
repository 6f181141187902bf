import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { components } from '@/api/generated/signing';
import { DropZone } from '@/parts/DropZone';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useTitle } from '@/parts/useTitle';
import { SignLayout } from '@/session/SignLayout';
import { Finding } from '@/verify/Finding';
import { useSpeech } from '@/words/speech';

type Verification = components['schemas']['Verification'];

async function verify(file: File): Promise<Verification> {
  const type = file.type || 'application/octet-stream';
  const answer = await fetch('/v1/verifications', { method: 'POST', headers: { 'Content-Type': type }, body: file });
  const content: unknown = await answer.json();
  if (!answer.ok) throw content;
  return content as Verification;
}

/** Is this file what its signatures say? For anybody, without signing in; the file is looked at and not kept. */
export function Verify() {
  const { t } = useSpeech();
  useTitle(t('verify.title'));
  const check = useMutation({ mutationFn: verify });
  return (
    <SignLayout>
      <div className="sign-card">
        <div>
          <h1>{t('verify.title')}</h1>
          <p className="lead">{t('verify.lead')}</p>
        </div>
        <DropZone
          id="verify-file"
          word={t(check.isPending ? 'verify.busy' : 'verify.choose')}
          accept="application/pdf,application/xml,text/xml,.pdf,.xml"
          busy={check.isPending}
          take={([file]) => file && check.mutate(file)}
        />
        <div role="status" className="verdict">
          {check.data && <Verdict found={check.data} name={check.variables?.name ?? ''} />}
          <ProblemNotice error={check.error} />
        </div>
        <div className="row between small">
          <Link to="/" className="link">
            {t('sign.back')}
          </Link>
        </div>
      </div>
    </SignLayout>
  );
}

function Verdict({ found, name }: { found: Verification; name: string }) {
  const { t } = useSpeech();
  return (
    <>
      {found.signatures.length === 0 && <Finding name={name} />}
      {found.signatures.map((signature) => (
        <Finding key={signature.field} name={name} signature={signature} />
      ))}
      <p className="soft small">
        {t('verify.digest')} <code className="rule">{found.sha256}</code>
      </p>
    </>
  );
}
