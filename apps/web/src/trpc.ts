/** The one client of the API: tRPC over the same origin, cached by TanStack Query. */

import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import type { AppRouter } from '@liblab/audit-api/router';

export type Inputs = inferRouterInputs<AppRouter>;
export type Outputs = inferRouterOutputs<AppRouter>;

/** A failed call: the API's error code, its message, and the id of the request in its log. */
export interface Failure {
  code: string;
  message: string;
  requestId: string | undefined;
}

/** Describes any error of a call. A request that never arrived has the code `offline`. */
export function toFailure(error: unknown): Failure {
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
  return toFailure(error).code === 'unauthenticated';
}

const sessionEndListeners = new Set<() => void>();

/** Calls the listener when a call fails because the session has ended. @returns a function that unsubscribes */
export function onSessionEnd(listener: () => void): () => void {
  sessionEndListeners.add(listener);
  return () => sessionEndListeners.delete(listener);
}

function onError(error: unknown) {
  if (isUnauthenticated(error)) for (const listener of sessionEndListeners) listener();
}

/** Retries requests that never arrived and those that the service rejects as temporarily unavailable. */
function shouldRetry(failures: number, error: unknown): boolean {
  return failures < 2 && ['offline', 'unavailable'].includes(toFailure(error).code);
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: shouldRetry,
      // The loader's fetch may fail before its page mounts; the page shows that error and offers another try.
      retryOnMount: false,
    },
  },
});

// One request per call: in a batch the list would wait for the count.
const client = createTRPCClient<AppRouter>({ links: [httpLink({ url: '/trpc' })] });

export const trpc = createTRPCOptionsProxy<AppRouter>({ client, queryClient });
