import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Weave } from '@/parts/Bits';
import { Wordmark } from '@/parts/Mark';
import { Controls } from '@/shell/Controls';
import { useSpeech } from '@/words/speech';

/** Everything that is shown before somebody is signed in. */
export function SignLayout({ children }: { children: ReactNode }) {
  const { t } = useSpeech();
  return (
    <div className="sign">
      <header className="sign-top">
        <Wordmark size={30} />
        <div className="row">
          <Controls />
        </div>
      </header>
      <main className="sign-main" id="main">
        {children}
        <aside className="sign-side">
          <Weave width={330} height={180} />
          <p className="sign-line">{t('sign.line')}</p>
          <p className="soft">{t('sign.promise')}</p>
        </aside>
      </main>
      <footer className="sign-foot small">
        <Link to="/support" className="link">
          {t('sign.help')}
        </Link>
      </footer>
    </div>
  );
}
