/** Serves a tRPC router over HTTP. */

import type { AnyTRPCRouter } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { authenticate, type AccessContext } from '../access/authenticate.ts';
import { checkOrigin } from '../access/check-origin.ts';
import type { Principal } from '../access/principal.ts';
import { callError, type CallContext } from './trpc.ts';

/** Express middleware that serves the router; mount it at the API's path. */
export function serveTrpc(
  router: AnyTRPCRouter,
  access: AccessContext,
  log: Logger,
): RequestHandler {
  const handle = createExpressMiddleware({
    router,
    maxBodySize: 256 * 1024,
    maxBatchSize: 20,
    createContext: ({ req, res }): CallContext => {
      let principal: Promise<Principal> | undefined;
      return {
        req,
        res,
        requestId: String(res.getHeader('x-request-id')),
        authenticate: () => (principal ??= authenticate(access, req)),
        checkOrigin: (options) => checkOrigin(access.config, req, options),
      };
    },
    responseMeta: ({ errors }) => {
      const headers = new Headers({ 'cache-control': 'no-store' });
      const seconds = errors.map((error) => callError(error).retryAfterSeconds ?? 0);
      if (seconds.some(Boolean)) headers.set('retry-after', String(Math.max(...seconds)));
      return { headers };
    },
    onError: ({ error, path, ctx }) => {
      const failure = callError(error);
      if (failure.status < 500) return;
      log.error(
        { err: failure.cause ?? error, requestId: ctx?.requestId, procedure: path },
        'call failed',
      );
    },
  });
  // Named, so that the test that walks the Express stack can tell it from an undeclared route.
  return function trpc(req, res, next) {
    handle(req, res, next);
  };
}
