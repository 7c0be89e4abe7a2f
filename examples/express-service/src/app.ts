/** The service: webhooks, which admins add and remove, and each of these acts in the trail. */

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

export type Audit = AuditClient<typeof catalogue>;

interface Webhook {
  id: string;
  host: string;
}

const bodySchema = z.object({ url: z.url({ protocol: /^https$/ }).max(1_000) });
const denied = { outcome: 'denied', reason: 'Only an admin may change webhooks.' } as const;

/** Webhooks lie in memory: keeping them is not what this is an example of. */
export function createApp(audit: Audit): Express {
  const webhooks = new Map<string, Webhook>();

  /**
   * Records the act, or that it was refused, which is what auditors look for. Not awaited: the client delivers the
   * event when the trail can take it, and the request is served meanwhile.
   *
   * @returns whether the caller may do it
   */
  function record(
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
      return void res.status(400).json({ error: 'Send {"url": "https://..."}.' });
    }
    const webhook = { id: randomUUID(), host: new URL(parsed.data.url).host };
    if (!record(res, 'webhook.add', webhook)) return;
    webhooks.set(webhook.id, webhook);
    res.status(201).json({ id: webhook.id });
  });

  app.delete('/webhooks/:id', (req, res) => {
    const webhook = webhooks.get(req.params.id);
    if (!webhook) return void res.status(404).json({ error: 'There is no such webhook.' });
    if (!record(res, 'webhook.remove', webhook)) return;
    webhooks.delete(webhook.id);
    res.status(204).end();
  });

  app.use(answerError);
  return app;
}

const requireCaller: RequestHandler = (req, res, next) => {
  const caller = callerOf(req, res.locals['correlationId'] as string);
  if (!caller) return void res.status(401).json({ error: 'Come through the proxy, signed in.' });
  res.locals['caller'] = caller;
  next();
};

/** Such as a body that is no JSON; Express names the status. */
const answerError: ErrorRequestHandler = (error: { status?: number }, _req, res, next) => {
  if (res.headersSent) return next(error);
  res.status(error.status ?? 500).json({ error: 'The request cannot be served.' });
};
