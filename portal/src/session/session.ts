import { createContext, useContext } from 'react';
import type { components } from '@/api/generated/registration';

export type Whoami = components['schemas']['Whoami'];
export type ActsFor = components['schemas']['ActsFor'];

/** Who is signed in and which of their companies they act for now. */
export type Session = {
  who: Whoami;
  company: ActsFor;
  choose: (id: string) => void;
  leave: () => Promise<void>;
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

/** A buyer that sells nothing sees the buyer's side; everyone else the supplier's. */
export const isBuyer = (company: ActsFor) => company.buyer && !company.supplier;

/** Whether one administers the company: everybody reads its settings, administrators change them. */
export const runs = (company: ActsFor) => company.roles.includes('administrator');
