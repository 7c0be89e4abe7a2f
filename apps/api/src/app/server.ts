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

/** The Express application; `listen` is the caller's. */
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

/** How long a client may take, in milliseconds. */
export interface Patience {
  /** To send its headers. */
  headersMs: number;
  /** To send the whole request, however steadily it trickles. */
  requestMs: number;
  /** Between two requests on a connection. */
  idleMs: number;
  /** To take the next bytes of an answer. */
  silentMs: number;
  /** The first two are looked at this often. */
  checkMs: number;
}

const patience: Patience = {
  headersMs: 10_000,
  requestMs: 30_000,
  idleMs: 65_000,
  silentMs: 120_000,
  checkMs: 1_000,
};

/** A server whose slow or silent clients are cut off. */
export function createHttpServer(services: Services, allowed = patience): Server {
  const server = createServer(
    {
      headersTimeout: allowed.headersMs,
      requestTimeout: allowed.requestMs,
      keepAliveTimeout: allowed.idleMs,
      connectionsCheckingInterval: allowed.checkMs,
    },
    createApp(services),
  );
  server.timeout = allowed.silentMs;
  return server;
}

const requestId: RequestHandler = (_req, res, next) => {
  const id = randomUUID();
  res.locals['requestId'] = id;
  res.setHeader('x-request-id', id);
  next();
};

/** A client that keeps its connection would keep the server from ending. */
function closeWhenStopping({ readiness }: Services): RequestHandler {
  // Named, as every layer of the stack is.
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

/** Vite names assets by their content: they never change. */
function cacheAssets(res: express.Response, path: string): void {
  const immutable = path.includes(`${join('dist', 'assets')}`);
  res.setHeader('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
}

const webPage: RequestHandler = (req, res, next) => {
  // Other methods and unknown addresses below the machine-read ones are an error, not a page.
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
      // The answer is under way and cannot be mended: cut it, so that the client sees it is incomplete.
      next(error);
      return;
    }
    const requestId = res.locals['requestId'] as string;
    const known = clientError(error) ?? asAppError(error);
    if (known.status >= 500) {
      // Without a cause it was expected, as while the service starts: the answer says all there is to know.
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

/** Errors by which Express itself refuses a request, such as a malformed path. */
function clientError(error: unknown): AppError | undefined {
  const status = (error as { status?: unknown } | null)?.status;
  if (error instanceof AppError || typeof status !== 'number' || status < 400 || status >= 500)
    return undefined;
  return new AppError(status === 404 ? 'not_found' : 'bad_request', 'The request is malformed.', {
    cause: error,
  });
}
