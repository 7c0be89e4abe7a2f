/** The HTTP server: security headers, request ids, the declared routes, tRPC, the web app, one error handler. */

import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { AppError } from '@liblab/audit-core';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import helmet from 'helmet';
import { asAppError } from '../http/as-app-error.ts';
import type { Services } from './create-services.ts';
import { mountRoutes } from './routes.ts';

const webFolder = join(import.meta.dirname, '../../../web/dist');

/** The Express application, without a listening server. */
export function createApp(services: Services): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.set('trust proxy', services.config.trustedProxies);
  app.use(requestId, closeWhenStopping(services), securityHeaders(services));
  mountRoutes(app, services);
  app.use(express.static(webFolder, { index: false, redirect: false, setHeaders: cacheAssets }));
  app.use(webPage);
  app.use(answerError(services));
  return app;
}

/** Client timeouts, in milliseconds. */
export interface ClientTimeouts {
  /** To send its headers. */
  headersMs: number;
  /** To send the whole request. */
  requestMs: number;
  /** Between two requests on a connection. */
  idleMs: number;
  /** To receive the next bytes of a response. */
  silentMs: number;
  /** How often the first two are checked. */
  checkMs: number;
}

const clientTimeouts: ClientTimeouts = {
  headersMs: 10_000,
  requestMs: 30_000,
  idleMs: 65_000,
  silentMs: 120_000,
  checkMs: 1_000,
};

/** A server that disconnects slow or silent clients. */
export function createHttpServer(services: Services, timeouts = clientTimeouts): Server {
  const server = createServer(
    {
      headersTimeout: timeouts.headersMs,
      requestTimeout: timeouts.requestMs,
      keepAliveTimeout: timeouts.idleMs,
      connectionsCheckingInterval: timeouts.checkMs,
    },
    createApp(services),
  );
  server.timeout = timeouts.silentMs;
  return server;
}

const requestId: RequestHandler = (_req, res, next) => {
  const id = randomUUID();
  res.locals['requestId'] = id;
  res.setHeader('x-request-id', id);
  next();
};

/** A client's open connection would keep the server from stopping. */
function closeWhenStopping({ readiness }: Services): RequestHandler {
  // Named, so that the test that walks the Express stack can tell it apart.
  return function closeWhenStopping(_req, res, next) {
    if (readiness.stopping) res.setHeader('connection', 'close');
    next();
  };
}

function securityHeaders({ config }: Services): RequestHandler {
  const https = config.publicUrl?.startsWith('https:') ?? false;
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // Mantine sets its variables in style elements and attributes.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: https ? { maxAge: 31_536_000 } : false,
    referrerPolicy: { policy: 'no-referrer' },
  });
}

/** Vite's asset names contain a content hash, so an asset never changes. */
function cacheAssets(res: express.Response, path: string): void {
  const immutable = path.includes(`${join('dist', 'assets')}`);
  res.setHeader('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
}

const webPage: RequestHandler = (req, res, next) => {
  // Other methods and unknown API paths get an error, not a page.
  if (
    (req.method !== 'GET' && req.method !== 'HEAD') ||
    /^\/(api|trpc|log)(\/|$)/.test(req.path) ||
    req.path.startsWith('/assets/') ||
    !req.accepts('html')
  ) {
    next(new AppError('not_found', `There is no page or route at ${req.path}.`));
    return;
  }
  res.setHeader('cache-control', 'no-cache');
  res.sendFile('index.html', { root: webFolder });
};

function answerError({ log }: Services): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) {
      // The response has started: abort it, so that the client sees that it is incomplete.
      next(error);
      return;
    }
    const requestId = res.locals['requestId'] as string;
    const known = clientError(error) ?? asAppError(error);
    if (known.status >= 500) {
      // `unavailable` without a cause is expected, for example during start-up.
      const level = known.code !== 'unavailable' ? 'error' : known.cause ? 'warn' : 'debug';
      log[level]({ err: error, requestId, method: req.method, path: req.path }, 'request failed');
    }
    if (known.retryAfterSeconds !== undefined)
      res.setHeader('retry-after', known.retryAfterSeconds);
    res.status(known.status).json({
      error: {
        code: known.code,
        message: known.message,
        ...(known.path === undefined ? {} : { path: known.path }),
        requestId,
      },
    });
  };
}

/** Errors from Express itself, such as a malformed path. */
function clientError(error: unknown): AppError | undefined {
  const status = (error as { status?: unknown } | null)?.status;
  if (error instanceof AppError || typeof status !== 'number' || status < 400 || status >= 500)
    return undefined;
  return new AppError(status === 404 ? 'not_found' : 'bad_request', 'The request is malformed.', {
    cause: error,
  });
}
