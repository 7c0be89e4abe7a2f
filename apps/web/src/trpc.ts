/** The one client of the API: tRPC over the same origin, cached by TanStack Query. */

import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import type { AppRouter } from '@liblab/audit-api/router';

export type Inputs = inferRouterInputs<AppRouter>;
export type Outputs = inferRouterOutputs<AppRouter>;

/** What a failed call says: the API's own code, and the id under which its log knows the request. */
export interface Failure {
  code: string;
  message: string;
  requestId: string | undefined;
}

/** Reads any error of a call; a request that never arrived has the code `offline`. */
export function failureOf(error: unknown): Failure {
  if (error instanceof TRPCClientError) {
    const data = error.data as { code?: string; requestId?: string } | null | undefined;
    return {
      code: data?.code ?? 'offline',
      message: error.message,
      requestId: data?.requestId,
    };
  }
  return { code: 'page', message: String(error), requestId: undefined };
}

export function isUnauthenticated(error: unknown): boolean {
  return failureOf(error).code === 'unauthenticated';
}

const sessionEnds = new Set<() => void>();

/** Calls back when a call finds the session ended. */
export function onSessionEnd(listener: () => void): () => void {
  sessionEnds.add(listener);
  return () => sessionEnds.delete(listener);
}

function onError(error: unknown) {
  if (isUnauthenticated(error)) for (const listener of sessionEnds) listener();
}

/** Worth another try: what never arrived, and what the service says is its own passing trouble. */
function mayRetry(failures: number, error: unknown): boolean {
  return failures < 2 && ['offline', 'unavailable'].includes(failureOf(error).code);
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: { staleTime: 30_000, refetchOnWindowFocus: false, retry: mayRetry },
  },
});

// One request a call: in a batch the list would wait for the count.
const client = createTRPCClient<AppRouter>({ links: [httpLink({ url: '/trpc' })] });

export const trpc = createTRPCOptionsProxy<AppRouter>({ client, queryClient });
