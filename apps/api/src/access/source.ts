/** The actor and context that the Portal's own events record. */

import type { Actor, Context } from '@liblab/audit-core';
import type { Request } from 'express';
import { clientAddress } from './client-address.ts';
import type { KeyPrincipal, UserPrincipal } from './principal.ts';

/** Who acts, and where the request comes from. */
export interface Source {
  actor: Actor;
  context: Context;
  /** The key of the request; null for a person and for the Portal itself. */
  keyId: string | null;
}

const textMax = 400;

/** The source of a caller's request. A key acts on behalf of its creator. */
export function sourceOf(
  principal: UserPrincipal | KeyPrincipal,
  req: Request,
  requestId: string,
): Source {
  const session = principal.kind === 'user' ? { sessionId: principal.sessionId } : {};
  return {
    actor: actorOf(principal),
    context: { ...contextOf(req, requestId), ...session },
    keyId: principal.kind === 'key' ? principal.keyId : null,
  };
}

/** The source of a request without a session: `actor` is the person that the act concerns. */
export function anonymousSource(actor: Actor, req: Request, requestId: string): Source {
  return { actor, context: contextOf(req, requestId), keyId: null };
}

/** Makes the source once the operation knows which person the act concerns. */
export type SourceOf = (actor: Actor) => Source;

function actorOf(principal: UserPrincipal | KeyPrincipal): Actor {
  if (principal.kind === 'user') {
    const { userId: id, email, name } = principal;
    return { type: 'user', id, email, name };
  }
  const { keyId: id, name, createdBy } = principal;
  return {
    type: 'token',
    id,
    name,
    ...(createdBy ? { onBehalfOf: { type: 'user', ...createdBy } } : {}),
  };
}

function contextOf(req: Request, requestId: string): Source['context'] {
  const ip = clientAddress(req);
  const userAgent = req.get('user-agent')?.slice(0, textMax).toWellFormed();
  return {
    ...(ip === undefined ? {} : { ip }),
    ...(userAgent ? { userAgent } : {}),
    requestId,
    ...toolOf(userAgent),
  };
}

/** A tool's User-Agent starts with its name and version. Every browser sends Mozilla, which means the Portal's page. */
function toolOf(userAgent = ''): { service: string; serviceVersion?: string } {
  const [, service, serviceVersion] = /^([\w.-]+)\/([\w.+-]+)/.exec(userAgent) ?? [];
  if (!service || !serviceVersion || service === 'Mozilla') return { service: 'portal' };
  return { service, serviceVersion };
}
