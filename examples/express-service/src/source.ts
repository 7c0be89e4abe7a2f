/** Who makes a request and from where, as this service's events tell it. */

import { randomUUID } from 'node:crypto';
import type { Actor } from '@liblab/audit-sdk';
import type { Request, RequestHandler } from 'express';
import { z } from 'zod';

export interface Source {
  actor: Actor;
  context: { ip?: string; userAgent?: string; correlationId: string };
}

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
 * The proxy in front of the service has signed the user in and says who it is; it alone can reach the port. Undefined
 * for a request that did not come through it.
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

/** One id for all that a request causes here and elsewhere: the caller's, else a new one. Answers carry it. */
export const correlate: RequestHandler = (req, res, next) => {
  const given = req.get('x-correlation-id') ?? '';
  const id = /^[\w.-]{1,100}$/.test(given) ? given : randomUUID();
  res.locals['correlationId'] = id;
  res.setHeader('x-correlation-id', id);
  next();
};
