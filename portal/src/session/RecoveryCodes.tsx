import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import { Notice } from '@/parts/Bits';
import { Icon } from '@/parts/Icon';
import { useSpeech } from '@/words/speech';

/** Ten codes, shown this once: nobody goes on before saying that they are kept. */
export function RecoveryCodes({ codes, done }: { codes: string[]; done: () => void }) {
  const { t } = useSpeech();
  const [kept, keep] = useState(false);
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(`Navette\r\n\r\n${codes.join('\r\n')}\r\n`)}`;
  return (
    <div className="stack">
      <div>
        <h2>{t('factor.codes')}</h2>
        <p className="lead">{t('factor.codes_why')}</p>
      </div>
      <ol className="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className="row wrap">
        <Button
          variant="default"
          size="xs"
          leftSection={<Icon name="copy" size={15} />}
          onClick={() => void navigator.clipboard.writeText(codes.join('\n'))}
        >
          {t('factor.copy')}
        </Button>
        <Button
          component="a"
          href={file}
          download="navette-codes.txt"
          variant="default"
          size="xs"
          leftSection={<Icon name="download" size={15} />}
        >
          {t('factor.download')}
        </Button>
      </div>
      <Checkbox checked={kept} onChange={(event) => keep(event.currentTarget.checked)} label={t('factor.codes_kept')} />
      {!kept && (
        <Notice tone="quiet" icon="help">
          {t('factor.codes_first')}
        </Notice>
      )}
      <Button size="md" onClick={done} disabled={!kept}>
        {t('factor.go_on')}
      </Button>
    </div>
  );
}
