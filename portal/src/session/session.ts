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

type Role = ActsFor['roles'][number];

/** Who may do what, as the services require it; everybody of a company reads. */
const ROLES = {
  /** Orders, invoices and all that goes with them. */
  write: ['administrator', 'accountant'],
  /** What becomes of an invoice that was delivered. */
  decide: ['administrator', 'accountant', 'approver'],
  /** The company itself: its settings, people, rules and programs. */
  run: ['administrator'],
} satisfies Record<string, Role[]>;
export type Act = keyof typeof ROLES;

export const may = (company: ActsFor, act: Act) => ROLES[act].some((role) => company.roles.includes(role as Role));

export const useMay = (act: Act) => may(useSession().company, act);

/** Whether one administers the company: everybody reads its settings, administrators change them. */
export const runs = (company: ActsFor) => may(company, 'run');
