import { Button } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Empty, PageHead } from '@/parts/Bits';
import { useTitle } from '@/parts/useTitle';
import { useSpeech } from '@/words/speech';

const RELOADED = 'navette.reloaded';
const ONCE_IN_MS = 60_000;
/** What browsers say of a part that a newer version has replaced on the server. */
const REPLACED = /dynamically imported module|module script failed|preload CSS/i;

/** A part of the page that could not be shown. One that a new version replaced is fetched by reading the page anew. */
export function Broken({ error }: ErrorComponentProps) {
  const { t } = useSpeech();
  useTitle(t('help.broken'));
  useEffect(() => {
    const before = Number(sessionStorage.getItem(RELOADED) ?? 0);
    if (!REPLACED.test(String(error)) || Date.now() - before < ONCE_IN_MS) return;
    sessionStorage.setItem(RELOADED, String(Date.now()));
    location.reload();
  }, [error]);
  return (
    <div role="alert">
      <PageHead title={t('help.broken')} />
      <div className="panel">
        <Empty
          title={t('help.broken_why')}
          action={
            <>
              <Button onClick={() => location.reload()}>{t('help.again')}</Button>
              <a className="link" href="/support">
                {t('sign.help')}
              </a>
            </>
          }
        >
          <code className="rule">{error instanceof Error ? error.message : String(error)}</code>
        </Empty>
      </div>
    </div>
  );
}
