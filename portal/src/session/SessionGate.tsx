import { useQueryClient } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { $api, actFor, api, SESSION_LOST } from '@/api/client';
import { isProblem } from '@/api/problem';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { SignIn } from '@/session/SignIn';
import { type ActsFor, rememberCompany, rememberedCompany, SessionContext, type Whoami } from '@/session/session';
import { ZoneContext } from '@/words/speech';

const SetUp = lazy(async () => ({ default: (await import('@/session/SetUp')).SetUp }));

/** Lets in who is signed in; shows the sign-in to everybody else, at the address they asked for. */
export function SessionGate({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const session = $api.useQuery('get', '/v1/session', {}, { retry: false, staleTime: Number.POSITIVE_INFINITY });
  const [chosen, choose] = useState<string>();
  const lost = useCallback(() => {
    queries.clear();
    queries.invalidateQueries({ queryKey: ['get', '/v1/session'] });
  }, [queries]);
  useEffect(() => {
    addEventListener(SESSION_LOST, lost);
    return () => removeEventListener(SESSION_LOST, lost);
  }, [lost]);

  const signedOut = session.error && isProblem(session.error) && session.error.status === 401;
  if (signedOut) return <SignIn onSignedIn={() => session.refetch()} />;
  if (session.error) return <ProblemNotice error={session.error} />;
  if (!session.data) return null;
  const who = session.data;
  const leave = async () => {
    await api.DELETE('/v1/session');
    location.assign('/');
  };
  if (who.limited) {
    return (
      <Suspense fallback={null}>
        <SetUp name={who.name} done={() => void session.refetch()} leave={() => void leave()} />
      </Suspense>
    );
  }
  const company = who.companies.find(({ id }) => id === chosen) ?? rememberedCompany(who);
  if (!company) return <SignIn onSignedIn={() => session.refetch()} />;
  return (
    <Acting
      key={company.id}
      who={who}
      company={company}
      choose={(id) => {
        rememberCompany(id);
        queries.removeQueries({ predicate: ({ queryKey }) => queryKey[1] !== '/v1/session' });
        choose(id);
      }}
      leave={leave}
    >
      {children}
    </Acting>
  );
}

type Props = {
  who: Whoami;
  company: ActsFor;
  choose: (id: string) => void;
  leave: () => Promise<void>;
  children: ReactNode;
};

function Acting({ who, company, choose, leave, children }: Props) {
  actFor(company.id);
  const shown = $api.useQuery('get', '/v1/companies/{company_id}', { params: { path: { company_id: company.id } } });
  const value = useMemo(() => ({ who, company, choose, leave }), [who, company, choose, leave]);
  return (
    <SessionContext value={value}>
      <ZoneContext value={shown.data?.time_zone ?? 'Europe/Paris'}>{children}</ZoneContext>
    </SessionContext>
  );
}
