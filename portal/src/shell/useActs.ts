import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import type { IconName } from '@/parts/Icon';
import { isBuyer, may, useSession } from '@/session/session';
import { speak } from '@/words';
import { useSpeech } from '@/words/speech';

/** Something to do: a place that it begins at, or the doing itself. */
export type Doing = { icon: IconName; label: string } & ({ to: string } | { run: () => void });

/** What one's role and side may do from anywhere. */
export function useActs(): Doing[] {
  const { t, lang } = useSpeech();
  const { company, leave } = useSession();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  const supplier: Doing[] = [
    { icon: 'orders', label: t('palette.act.invoice'), to: '/orders' },
    { icon: 'plus', label: t('palette.act.upload'), to: '/uploads' },
    { icon: 'partners', label: t('palette.act.find'), to: '/partners/find' },
  ];
  const buyer: Doing[] = [
    { icon: 'plus', label: t('palette.act.order'), to: '/orders/new' },
    { icon: 'orders', label: t('palette.act.files'), to: '/orders/files' },
    { icon: 'partners', label: t('palette.act.bring'), to: '/partners/bring' },
  ];
  return [
    ...(may(company, isBuyer(company) ? 'order' : 'invoice') ? (isBuyer(company) ? buyer : supplier) : []),
    { icon: 'archive', label: t('palette.act.verify'), to: '/archive' },
    { icon: 'help', label: t('palette.act.ticket'), to: '/tickets' },
    { icon: 'settings', label: t('palette.act.language'), run: () => void speak(lang === 'fr' ? 'en' : 'fr') },
    {
      icon: dark ? 'sun' : 'moon',
      label: t(dark ? 'shell.light' : 'shell.dark'),
      run: () => setColorScheme(dark ? 'light' : 'dark'),
    },
    { icon: 'arrow', label: t('shell.leave'), run: () => void leave() },
  ];
}
