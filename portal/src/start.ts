/**
 * What runs first: a few lines that ask for everything the first screen needs at once, while the program itself is still
 * on its way. Imports nothing that is large.
 */
import '@fontsource-variable/atkinson-hyperlegible-next/wght.css';
import '@/look/mantine.css';
import '@/look/index.css';
import { askFirst } from '@/api/first';
import { hasEntered } from '@/session/entered';
import { FILES, firstLanguage } from '@/words/language';

/** The rooms people begin in; the others are fetched when the router gets there. */
const ROOMS: Record<string, () => Promise<unknown>> = {
  '': () => import('@/home/Home'),
  orders: () => import('@/orders/Orders'),
  invoices: () => import('@/invoices/Invoices'),
  drafts: () => import('@/invoices/Invoices'),
  approvals: () => import('@/approvals/Approvals'),
  archive: () => import('@/archive/Archive'),
};

void FILES[firstLanguage()]();
if (hasEntered()) {
  askFirst('/v1/session');
  void import('@/shell/Shell');
  void ROOMS[location.pathname.slice(1)]?.();
} else void import('@/session/SignIn');
void import('@/main');
