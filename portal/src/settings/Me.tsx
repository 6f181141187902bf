import { Button } from '@mantine/core';
import { Panel } from '@/parts/Bits';
import { useSession } from '@/session/session';
import { AboutMe } from '@/settings/AboutMe';
import { Controls } from '@/shell/Controls';
import { useSpeech } from '@/words/speech';

export function Me() {
  const { t, moment } = useSpeech();
  const { who, leave } = useSession();
  return (
    <div className="stack">
      <Panel title={who.name}>
        <dl className="proof">
          <dt>{t('sign.email')}</dt>
          <dd>{who.email}</dd>
          <dt>{t('settings.until')}</dt>
          <dd className="num">{moment(who.expires_at)}</dd>
          <dt>{t('settings.acts_for')}</dt>
          <dd>{who.companies.map(({ legal_name }) => legal_name).join(', ')}</dd>
        </dl>
        <div className="row">
          <Controls />
          <Button className="end" variant="default" onClick={() => void leave()}>
            {t('shell.leave')}
          </Button>
        </div>
      </Panel>
      <AboutMe />
    </div>
  );
}
