import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { $api } from '@/api/client';
import { isProblem } from '@/api/problem';
import { cssVariablesResolver, theme } from '@/look/theme';
import { router, Shell } from '@/routes';
import { hasEntered } from '@/session/entered';
import { SignInForm } from '@/session/SessionGate';
import { startWords } from '@/words';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // what a service refused it will refuse again; what did not answer may
      retry: (failures, error) => !isProblem(error) && failures < 2,
    },
  },
});

// All that the first screen is made of is there before it is drawn: React holds back for 0.3 s what comes after a gap.
const ofWhoHasEntered = () => [
  queries.prefetchQuery($api.queryOptions('get', '/v1/session', {}, { retry: false })),
  Shell.preload?.(),
];
await Promise.all([startWords(), router.load(), ...(hasEntered() ? ofWhoHasEntered() : [SignInForm.preload?.()])]);
const portal = (
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
        <Notifications position="bottom-right" />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>
);
// drawn a few milliseconds at a time, with room for keys and clicks in between
startTransition(() => createRoot(document.getElementById('root')!).render(portal));
