import 'i18next';
import type { words } from '@/words/fr';

/** A key that no one wrote is a type error. */
declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof words };
    enableSelector: false;
  }
}
