import { type Query, useQueryClient } from '@tanstack/react-query';
import { lazyRouteComponent } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from 'react';
import { $api, actFor, api, SESSION_LOST } from '@/api/client';
import { isProblem } from '@/api/problem';
import { forgetAll } from '@/convert/unkept';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { hasEntered, rememberEntry } from '@/session/entered';
import {
  type ActsFor,
  rememberCompany,
  rememberedCompany,
  rememberedSide,
  rememberSide,
  SessionContext,
  type Side,
  type Whoami,
} from '@/session/session';
import { ZoneContext } from '@/words/speech';

export const SignInForm = lazyRouteComponent(() => import('@/session/SignIn'), 'SignIn');
const SignIn = (props: { onSignedIn: () => void; again?: boolean }) => (
  <Suspense fallback={null}>
    <SignInForm {...props} />
  </Suspense>
);
const SetUp = lazy(async () => ({ default: (await import('@/session/SetUp')).SetUp }));

const isNotSession = ({ queryKey }: Query) => queryKey[1] !== '/v1/session';

/** Lets in who is signed in; shows the sign-in to everybody else, at the address they asked for. */
export function SessionGate({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [entered, setEntered] = useState(hasEntered);
  const session = $api.useQuery(
    'get',
    '/v1/session',
    {},
    { enabled: entered, retry: false, staleTime: Number.POSITIVE_INFINITY },
  );
  const [chosen, choose] = useState<string>();
  const [chosenSide, setSide] = useState<Side>();
  const [lost, setLost] = useState(false);
  const [sitting, sit] = useState(0);
  useEffect(() => {
    const leave = () => setLost(true);
    // a session may end when nothing can be fetched any more
    if (entered) requestIdleCallback(() => void SignInForm.preload?.());
    addEventListener(SESSION_LOST, leave);
    return () => removeEventListener(SESSION_LOST, leave);
  }, [entered]);

  const enter = () => {
    rememberEntry(true);
    setEntered(true);
    return session.refetch();
  };
  const signedOut = !entered || (isProblem(session.error) && session.error.status === 401);
  if (!session.data) {
    if (signedOut) return <SignIn onSignedIn={() => void enter()} />;
    return session.error ? <ProblemNotice error={session.error} /> : null;
  }
  const who = session.data;
  /** The same person goes on where they were; somebody else sees nothing of it. */
  const signInAgain = async () => {
    const { data: back } = await enter();
    if (back?.user_id !== who.user_id) queries.removeQueries({ predicate: isNotSession });
    else void queries.invalidateQueries({ predicate: isNotSession });
    sit((before) => before + 1);
    setLost(false);
  };
  const leave = async () => {
    await api.DELETE('/v1/session');
    rememberEntry(false);
    forgetAll();
    location.assign('/');
  };
  if (who.limited) {
    return (
      <Suspense fallback={null}>
        <SetUp name={who.name} done={() => void session.refetch()} leave={() => void leave()} />
      </Suspense>
    );
  }
  const full = who.companies.find(({ id }) => id === chosen) ?? rememberedCompany(who);
  if (!full) return <SignIn onSignedIn={() => void enter()} />;
  const side = rememberedSide(full) && (chosenSide ?? rememberedSide(full));
  // What was typed stays there while somebody signs in again: the page is kept, out of sight and out of reach.
  const app = (
    <Acting
      key={`${who.user_id} ${full.id} ${side}`}
      sitting={sitting}
      who={who}
      full={full}
      side={side}
      chooseSide={(next) => {
        rememberSide(next);
        setSide(next);
      }}
      choose={(id) => {
        rememberCompany(id);
        queries.removeQueries({ predicate: isNotSession });
        choose(id);
      }}
      leave={leave}
    >
      {children}
    </Acting>
  );
  return (
    <>
      <div className="kept-page" hidden={lost} inert={lost}>
        {app}
      </div>
      {lost && <SignIn again onSignedIn={() => void signInAgain()} />}
    </>
  );
}

type Props = {
  who: Whoami;
  full: ActsFor;
  side: Side | undefined;
  chooseSide: (side: Side) => void;
  choose: (id: string) => void;
  leave: () => Promise<void>;
  sitting: number;
  children: ReactNode;
};

function Acting({ who, full, side, chooseSide, choose, leave, sitting, children }: Props) {
  const company = useMemo(
    () => (side ? { ...full, supplier: side === 'supplier', buyer: side === 'buyer' } : full),
    [full, side],
  );
  actFor(company.id);
  const shown = $api.useQuery('get', '/v1/companies/{company_id}', { params: { path: { company_id: company.id } } });
  const value = useMemo(
    () => ({ who, company, side, chooseSide, choose, leave, sitting }),
    [who, company, side, chooseSide, choose, leave, sitting],
  );
  return (
    <SessionContext value={value}>
      <ZoneContext value={shown.data?.time_zone ?? 'Europe/Paris'}>{children}</ZoneContext>
    </SessionContext>
  );
}
