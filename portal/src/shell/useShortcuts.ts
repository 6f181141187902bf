import { useEffect } from 'react';

const WRITES = 'input, textarea, select, [contenteditable]';

type Ways = { openPalette: () => void; showKeys: () => void };

/** Keys that work everywhere: Ctrl K opens the palette, `/` goes to the list's search, `?` shows the keys. */
export function useShortcuts({ openPalette, showKeys }: Ways) {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        openPalette();
      }
      const writing = event.target instanceof Element && event.target.matches(WRITES);
      if (event.key === '?' && !writing) showKeys();
      if (event.key === '/' && !writing) {
        const search = document.querySelector<HTMLInputElement>('[data-search]');
        if (search) {
          event.preventDefault();
          search.focus();
        }
      }
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [openPalette, showKeys]);
}
