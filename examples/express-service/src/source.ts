/** The actor and the context of a request's events. */

import { randomUUID } from 'node:crypto';
import type { Actor } from '@liblab/audit-sdk';
import type { Request, RequestHandler } from 'express';
import { z } from 'zod';

/** The fields of an event that come from the request. */
export interface Source {
  actor: Actor;
  context: { ip?: string; userAgent?: string; correlationId: string };
}

/** The signed-in user of a request. */
export interface Caller {
  source: Source;
  role: string;
}

const headersSchema = z.object({
  'x-user-id': z.string().min(1).max(100),
  'x-user-email': z.email().max(320),
  'x-user-name': z.string().min(1).max(200).optional(),
  'x-user-role': z.enum(['admin', 'member']),
});

/**
 * Reads the caller from headers that the proxy sets after signing the user in. They can be trusted because only the
 * proxy can reach this port. Undefined when the headers are missing.
 */
export function callerOf(req: Request, correlationId: string): Caller | undefined {
  const parsed = headersSchema.safeParse(req.headers);
  if (!parsed.success) return undefined;
  const {
    'x-user-id': id,
    'x-user-email': email,
    'x-user-name': name,
    'x-user-role': role,
  } = parsed.data;
  const userAgent = req.get('user-agent')?.slice(0, 400);
  return {
    role,
    source: {
      actor: { type: 'user', id, email, ...(name ? { name } : {}) },
      context: {
        ...(req.ip ? { ip: req.ip } : {}),
        ...(userAgent ? { userAgent } : {}),
        correlationId,
      },
    },
  };
}

/** Sets the correlation id, the request's or a new one, and returns it in the response. */
export const correlate: RequestHandler = (req, res, next) => {
  const requested = req.get('x-correlation-id') ?? '';
  const id = /^[\w.-]{1,100}$/.test(requested) ? requested : randomUUID();
  res.locals['correlationId'] = id;
  res.setHeader('x-correlation-id', id);
  next();
};
