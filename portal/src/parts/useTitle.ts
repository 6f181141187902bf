import { useEffect } from 'react';

/** What the tab and a screen reader call this page. */
export function useTitle(title: string) {
  useEffect(() => {
    document.title = title ? `${title} · Navette` : 'Navette';
  }, [title]);
}
