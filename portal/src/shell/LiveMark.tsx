import { createContext, useContext } from 'react';
import { useSpeech } from '@/words/speech';

export const LiveContext = createContext(false);

/** Says that what is shown moves by itself. */
export function LiveMark() {
  const { t } = useSpeech();
  const live = useContext(LiveContext);
  return (
    <span className="live" role="status">
      {live && <i aria-hidden="true" />}
      {live ? t('shell.live') : t('shell.not_live')}
    </span>
  );
}
