import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { Suspense } from 'react';
import { Broken } from '@/help/Broken';
import { NotFound } from '@/help/NotFound';
import { hasEntered } from '@/session/entered';
import { SessionGate } from '@/session/SessionGate';

type View = { state?: string; q?: string; from?: string; to?: string; partner?: string; sort?: string };
type Kept = View & { min?: string; max?: string };
const AN_ID = /^[\da-f-]{36}$/;
const A_SORT = /^-?[a-z_]+$/;
const A_DAY = /^\d{4}-\d{2}-\d{2}$/;
const AN_AMOUNT = /^\d{1,12}(\.\d{1,2})?$/;
/** The list's view lives in its address: it survives a reload and can be sent to a colleague. */
const view = (search: Record<string, unknown>): View => ({
  ...(typeof search.state === 'string' && search.state ? { state: search.state } : {}),
  ...(typeof search.q === 'string' && search.q ? { q: search.q } : {}),
  ...(typeof search.sort === 'string' && A_SORT.test(search.sort) ? { sort: search.sort } : {}),
  ...(typeof search.partner === 'string' && search.partner ? { partner: search.partner } : {}),
  ...(typeof search.from === 'string' && A_DAY.test(search.from) ? { from: search.from } : {}),
  ...(typeof search.to === 'string' && A_DAY.test(search.to) ? { to: search.to } : {}),
});

/** The archive's also says between which amounts. */
const archiveView = (search: Record<string, unknown>): Kept => ({
  ...view(search),
  ...(AN_AMOUNT.test(String(search.min)) ? { min: String(search.min) } : {}),
  ...(AN_AMOUNT.test(String(search.max)) ? { max: String(search.max) } : {}),
});

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });
const activation = createRoute({
  getParentRoute: () => root,
  path: '/activation',
  component: lazyRouteComponent(() => import('@/session/Activation'), 'Activation'),
});
const register = createRoute({
  getParentRoute: () => root,
  path: '/register',
  component: lazyRouteComponent(() => import('@/session/Register'), 'Register'),
});
const forgotten = createRoute({
  getParentRoute: () => root,
  path: '/password',
  component: lazyRouteComponent(() => import('@/session/Forgotten'), 'Forgotten'),
});
const support = createRoute({
  getParentRoute: () => root,
  path: '/support',
  component: lazyRouteComponent(() => import('@/session/Support'), 'Support'),
});
const verify = createRoute({
  getParentRoute: () => root,
  path: '/verify',
  component: lazyRouteComponent(() => import('@/verify/Verify'), 'Verify'),
});
export const Shell = lazyRouteComponent(() => import('@/shell/Shell'), 'Shell');
/** What is inside is fetched for whoever has entered: the sign-in waits for none of it. */
const lazily: typeof lazyRouteComponent = (load, name) => {
  const view = lazyRouteComponent(load, name);
  const { preload } = view;
  view.preload = async () => {
    if (hasEntered()) await preload?.();
  };
  return view;
};
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: () => (
    <SessionGate>
      <Suspense fallback={null}>
        <Shell />
      </Suspense>
    </SessionGate>
  ),
  notFoundComponent: NotFound,
});
const at = { getParentRoute: () => inside };
const home = createRoute({ ...at, path: '/', component: lazily(() => import('@/home/Home'), 'Home') });
const orders = createRoute({
  ...at,
  path: '/orders',
  validateSearch: view,
  component: lazily(() => import('@/orders/Orders'), 'Orders'),
});
const newOrder = createRoute({
  ...at,
  path: '/orders/new',
  component: lazily(() => import('@/orders/KeyedOrder'), 'KeyedOrder'),
});
const order = createRoute({
  ...at,
  path: '/orders/$orderId',
  component: lazily(() => import('@/orders/OrderPage'), 'OrderPage'),
});
const invoices = createRoute({
  ...at,
  path: '/invoices',
  validateSearch: view,
  component: lazily(() => import('@/invoices/Invoices'), 'Invoices'),
});
const drafts = createRoute({
  ...at,
  path: '/drafts',
  validateSearch: view,
  component: lazily(() => import('@/invoices/Invoices'), 'Drafts'),
});
const uploads = createRoute({
  ...at,
  path: '/uploads',
  component: lazily(() => import('@/uploads/Uploads'), 'Uploads'),
});
const paper = createRoute({
  ...at,
  path: '/paper',
  component: lazily(() => import('@/uploads/PaperInvoices'), 'PaperInvoices'),
});
const orderFiles = createRoute({
  ...at,
  path: '/orders/files',
  component: lazily(() => import('@/orders/OrderFiles'), 'OrderFiles'),
});
const trash = createRoute({
  ...at,
  path: '/trash',
  validateSearch: view,
  component: lazily(() => import('@/invoices/Trash'), 'Trash'),
});
const invoice = createRoute({
  ...at,
  path: '/invoices/$invoiceId',
  component: lazily(() => import('@/invoices/InvoicePage'), 'InvoicePage'),
});
const writing = createRoute({
  ...at,
  path: '/invoices/$invoiceId/edit',
  staticData: { rail: true },
  component: lazily(() => import('@/convert/Convert'), 'Convert'),
});
const approvals = createRoute({
  ...at,
  path: '/approvals',
  component: lazily(() => import('@/approvals/Approvals'), 'Approvals'),
});
const archive = createRoute({
  ...at,
  path: '/archive',
  validateSearch: archiveView,
  component: lazily(() => import('@/archive/Archive'), 'Archive'),
});
/** The short address that a printed page shows; its QR code writes it in capitals, which matters to nobody here. */
const original = createRoute({
  ...at,
  path: '/v/$code',
  component: lazily(() => import('@/archive/FindOriginal'), 'FindOriginal'),
});
const partners = createRoute({
  ...at,
  path: '/partners',
  component: lazily(() => import('@/partners/Partners'), 'Partners'),
});
const findPartner = createRoute({
  ...at,
  path: '/partners/find',
  component: lazily(() => import('@/partners/FindPartner'), 'FindPartner'),
});
const bring = createRoute({
  ...at,
  path: '/partners/bring',
  component: lazily(() => import('@/bringing/Bring'), 'Bring'),
});
const rules = createRoute({
  ...at,
  path: '/rules/{-$unitId}',
  component: lazily(() => import('@/rules/Rules'), 'Rules'),
});
const settings = createRoute({
  ...at,
  path: '/settings/{-$room}',
  // an invoice that waits for what is set here
  validateSearch: ({ invoice }: Record<string, unknown>): { invoice?: string } =>
    typeof invoice === 'string' && AN_ID.test(invoice) ? { invoice } : {},
  component: lazily(() => import('@/settings/Settings'), 'Settings'),
});
const tickets = createRoute({
  ...at,
  path: '/tickets',
  component: lazily(() => import('@/tickets/Tickets'), 'Tickets'),
});
const help = createRoute({
  ...at,
  path: '/help/{-$article}',
  component: lazily(() => import('@/help/Help'), 'Help'),
});

const inner = [
  home,
  orders,
  newOrder,
  order,
  invoices,
  drafts,
  trash,
  uploads,
  paper,
  orderFiles,
  invoice,
  writing,
  approvals,
  archive,
  original,
  partners,
  findPartner,
  bring,
  rules,
  settings,
  tickets,
  help,
];
export const router = createRouter({
  routeTree: root.addChildren([activation, register, forgotten, support, verify, inside.addChildren(inner)]),
  defaultErrorComponent: Broken,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    /** The navigation shrinks to its icons: the work needs the width. */
    rail?: boolean;
  }
}
