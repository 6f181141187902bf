import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Icon } from '@/parts/Icon';
import { speak } from '@/words';
import { useSpeech } from '@/words/speech';

/** Language and light: the same two controls, signed in or not. */
export function Controls() {
  const { t, lang } = useSpeech();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  return (
    <>
      <button
        type="button"
        className="lang"
        onClick={() => void speak(lang === 'fr' ? 'en' : 'fr')}
        aria-label={t('shell.language')}
      >
        <span data-on={lang === 'fr' || undefined}>FR</span> <span data-on={lang === 'en' || undefined}>EN</span>
      </button>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={34}
        onClick={() => setColorScheme(dark ? 'light' : 'dark')}
        aria-label={dark ? t('shell.light') : t('shell.dark')}
      >
        <Icon name={dark ? 'sun' : 'moon'} />
      </ActionIcon>
    </>
  );
}
