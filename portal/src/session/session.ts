import { createContext, useContext } from 'react';
import type { components } from '@/api/generated/registration';

export type Whoami = components['schemas']['Whoami'];
export type ActsFor = components['schemas']['ActsFor'];

/** A company that sells and buys is looked at from one side at a time. */
export type Side = 'supplier' | 'buyer';

/** Who is signed in and which of their companies they act for now. */
export type Session = {
  who: Whoami;
  company: ActsFor;
  choose: (id: string) => void;
  leave: () => Promise<void>;
  /** For a company that is both: the side it acts on now; `company` has that side alone. */
  side?: Side;
  chooseSide: (side: Side) => void;
  /** One more each time somebody had to sign in again while the page was open. */
  sitting: number;
};

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('used outside of a session');
  return session;
}

const KEPT = 'navette.company';

/** The company chosen last in this browser, else the first one. */
export function rememberedCompany(who: Whoami): ActsFor | undefined {
  const kept = localStorage.getItem(KEPT);
  return who.companies.find(({ id }) => id === kept) ?? who.companies[0];
}

export const rememberCompany = (id: string) => localStorage.setItem(KEPT, id);

const SIDE = 'navette.side';

/** The side chosen last in this browser, where there is a choice. */
export function rememberedSide({ supplier, buyer }: ActsFor): Side | undefined {
  if (!supplier || !buyer) return undefined;
  return localStorage.getItem(SIDE) === 'buyer' ? 'buyer' : 'supplier';
}

export const rememberSide = (side: Side) => localStorage.setItem(SIDE, side);

/** The box of invoices one looks into: that of one's side; both where there is but one side. */
export const boxOf = ({ side }: Session) =>
  side ? { box: side === 'buyer' ? ('received' as const) : ('sent' as const) } : {};

/** Whoever acts as a buyer sees the buyer's side; everyone else the supplier's. */
export const isBuyer = (company: ActsFor) => company.buyer && !company.supplier;

export type Right = ActsFor['rights'][number];

/** The right that each act needs, as the services require it. */
const RIGHTS = {
  /** Invoices and all that goes with them. */
  invoice: 'invoices:write',
  /** Orders: to publish, answer, change and close them. */
  order: 'orders:write',
  /** What arrived. */
  receive: 'receipts:write',
  /** What becomes of an invoice that was delivered. */
  decide: 'statuses:write',
  /** What a unit asks of its invoices. */
  rule: 'rules:write',
  /** Where programs are told. */
  hook: 'webhooks:write',
  /** The company itself: its settings, people and programs. */
  run: 'company:run',
} satisfies Record<string, Right>;
export type Act = keyof typeof RIGHTS;

export const may = (company: ActsFor, act: Act) => company.rights.includes(RIGHTS[act]);

export const useMay = (act: Act) => may(useSession().company, act);

/** Whether one administers the company: everybody reads its settings, administrators change them. */
export const runs = (company: ActsFor) => may(company, 'run');
