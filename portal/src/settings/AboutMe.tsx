import { $api } from '@/api/client';
import { Panel } from '@/parts/Bits';
import { FileButton } from '@/parts/FileLink';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { Waiting } from '@/parts/Waiting';
import { useSpeech } from '@/words/speech';

const ABOUT = '/v1/session/about-me';
const KINDS = [
  'addresses',
  'memberships',
  'sessions',
  'devices',
  'credentials',
  'factors',
  'recovery_codes',
  'challenges',
  'links',
  'invitations',
  'access_requests',
  'tickets',
  'messages',
  'files',
  'mails',
  'refused_mail',
  'contacts',
  'units',
  'versions',
  'systems',
  'connections',
  'answers',
  'acceptances',
  'purchases',
  'operator_acts',
  'acts',
] as const;

/** Everything that is kept about oneself: how much of what, and all of it to take along. */
export function AboutMe() {
  const { t, count } = useSpeech();
  const about = $api.useQuery('get', ABOUT);
  return (
    <Panel title={t('settings.about_me')}>
      <div className="stack tight-stack">
        <p className="soft">{t('settings.about_me_why')}</p>
        <ProblemNotice error={about.error} />
        {about.isPending && <Waiting rows={3} />}
        {about.data && (
          <dl className="proof">
            {KINDS.filter((kind) => about.data[kind].length > 0).map((kind) => (
              <div key={kind} className="key-row">
                <dt>{t(`settings.kept_of_me.${kind}`)}</dt>
                <dd className="num">{count(about.data[kind].length)}</dd>
              </div>
            ))}
          </dl>
        )}
        <div className="row">
          <FileButton path={ABOUT} name="about-me.json">
            {t('settings.take_about_me')}
          </FileButton>
        </div>
      </div>
    </Panel>
  );
}
