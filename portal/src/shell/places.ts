import type { IconName } from '@/parts/Icon';

export type Place = {
  to: string;
  icon: IconName;
  word:
    | 'home'
    | 'orders'
    | 'invoices'
    | 'drafts'
    | 'customers'
    | 'archive'
    | 'approvals'
    | 'received'
    | 'suppliers'
    | 'rules'
    | 'settings'
    | 'help';
};

export const SUPPLIER_PLACES: Place[] = [
  { to: '/', icon: 'home', word: 'home' },
  { to: '/orders', icon: 'orders', word: 'orders' },
  { to: '/invoices', icon: 'invoices', word: 'invoices' },
  { to: '/drafts', icon: 'drafts', word: 'drafts' },
  { to: '/partners', icon: 'partners', word: 'customers' },
  { to: '/archive', icon: 'archive', word: 'archive' },
];

export const BUYER_PLACES: Place[] = [
  { to: '/approvals', icon: 'approved', word: 'approvals' },
  { to: '/invoices', icon: 'invoices', word: 'received' },
  { to: '/orders', icon: 'orders', word: 'orders' },
  { to: '/partners', icon: 'partners', word: 'suppliers' },
  { to: '/rules', icon: 'rules', word: 'rules' },
  { to: '/archive', icon: 'archive', word: 'archive' },
];

export const FOOT: Place[] = [
  { to: '/settings', icon: 'settings', word: 'settings' },
  { to: '/help', icon: 'help', word: 'help' },
];

/** The first place is exact, or everything would lie in it. */
export const isHere = (place: Place, path: string) =>
  place.to === '/' ? path === '/' : path === place.to || path.startsWith(`${place.to}/`);
