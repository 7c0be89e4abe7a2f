/** The service: admins add and remove webhooks, and the trail records each change. */

import { randomUUID } from 'node:crypto';
import type { AuditClient } from '@liblab/audit-sdk';
import express, {
  type ErrorRequestHandler,
  type Express,
  type RequestHandler,
  type Response,
} from 'express';
import { z } from 'zod';
import type { catalogue } from './catalogue.ts';
import { callerOf, correlate, type Caller } from './source.ts';

/** An audit client with this service's event types. */
export type Audit = AuditClient<typeof catalogue>;

interface Webhook {
  id: string;
  host: string;
}

const bodySchema = z.object({ url: z.url({ protocol: /^https$/ }).max(1_000) });
const denied = { outcome: 'denied', reason: 'Only admins may change webhooks.' } as const;

/** Creates the Express app. Stores webhooks in memory, to keep the example short. */
export function createApp(audit: Audit): Express {
  const webhooks = new Map<string, Webhook>();

  /**
   * Checks the caller's role and records the change or its denial. Responds with 403 when denied. The event is not
   * awaited: the client delivers it in the background.
   *
   * @returns whether the caller may make the change
   */
  function authorizeAndRecord(
    res: Response,
    type: 'webhook.add' | 'webhook.remove',
    webhook: Webhook,
  ): boolean {
    const { source, role } = res.locals['caller'] as Caller;
    const isAllowed = role === 'admin';
    const { id, host } = webhook;
    void audit.emit(type, {
      ...source,
      targets: [{ type: 'webhook', id }],
      details: { host },
      ...(isAllowed ? {} : denied),
    });
    if (!isAllowed) res.status(403).json({ error: denied.reason });
    return isAllowed;
  }

  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', 'loopback');
  app.use(correlate, requireCaller, express.json({ limit: '16kb' }));

  app.post('/webhooks', (req, res) => {
    const parsed = bodySchema.safeParse(req.body);
    if (!parsed.success) {
      return void res.status(400).json({ error: 'The body must be {"url": "https://..."}.' });
    }
    const webhook = { id: randomUUID(), host: new URL(parsed.data.url).host };
    if (!authorizeAndRecord(res, 'webhook.add', webhook)) return;
    webhooks.set(webhook.id, webhook);
    res.status(201).json({ id: webhook.id });
  });

  app.delete('/webhooks/:id', (req, res) => {
    const webhook = webhooks.get(req.params.id);
    if (!webhook) return void res.status(404).json({ error: 'Webhook not found.' });
    if (!authorizeAndRecord(res, 'webhook.remove', webhook)) return;
    webhooks.delete(webhook.id);
    res.status(204).end();
  });

  app.use(handleError);
  return app;
}

const requireCaller: RequestHandler = (req, res, next) => {
  const caller = callerOf(req, res.locals['correlationId'] as string);
  if (!caller) {
    const error = 'Not signed in. Call the service through its proxy.';
    return void res.status(401).json({ error });
  }
  res.locals['caller'] = caller;
  next();
};

/** For instance for a malformed JSON body, for which Express sets the status. */
const handleError: ErrorRequestHandler = (error: { status?: number }, _req, res, next) => {
  if (res.headersSent) return next(error);
  const status = error.status ?? 500;
  res.status(status).json({ error: status < 500 ? 'The request is invalid.' : 'Internal error.' });
};
