import { Link } from '@tanstack/react-router';
import { isProblem } from '@/api/problem';
import { EXPLAINED } from '@/help/content/shape';
import { Notice } from '@/parts/Bits';
import { refusal } from '@/words/refusals';
import { useSpeech } from '@/words/speech';

/** A refusal as a person reads it: what, where, and the number support will ask for. */
export function ProblemNotice({ error }: { error: unknown }) {
  const { t } = useSpeech();
  if (!error) return null;
  if (!isProblem(error)) {
    return (
      <div role="alert">
        <Notice tone="bad" icon="failed" title={t('problem.unreachable')}>
          {t('problem.again')}
        </Notice>
      </div>
    );
  }
  const known = t(`problem.code.${error.code}` as 'problem.code.UNAUTHENTICATED', { defaultValue: '' });
  const explained = EXPLAINED[error.code];
  return (
    <div role="alert">
      <Notice
        tone="bad"
        icon="failed"
        title={known || refusal(error.code, error.detail || error.title)}
        rule={error.code}
      >
        {(error.violations ?? []).map((each) => (
          <span key={`${each.rule}${each.pointer}`} className="block">
            {refusal(each.rule, each.detail)} {each.pointer && <code className="rule">{each.pointer}</code>}
          </span>
        ))}
        {explained && (
          <Link to="/help/{-$article}" params={{ article: explained }} className="link block">
            {t('help.explain')}
          </Link>
        )}
        {error.request_id && <span className="soft small block">{t('problem.request', { id: error.request_id })}</span>}
      </Notice>
    </div>
  );
}
