/** Who acts and from where, as the events of the Portal's own acts tell it. */

import type { Actor, Context } from '@liblab/audit-core';
import type { Request } from 'express';
import { clientAddress } from './client-address.ts';
import type { KeyPrincipal, UserPrincipal } from './principal.ts';

/** Who acts, and from where. */
export interface Source {
  actor: Actor;
  context: Context;
  /** The key that acts; null for a person and for the Portal itself. */
  keyId: string | null;
}

const textMax = 400;

/** The source of what a caller does by a request. A key acts for the person who made it. */
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

/** For acts of somebody who is not signed in: `actor` is whom the act is about. */
export function anonymousSource(actor: Actor, req: Request, requestId: string): Source {
  return { actor, context: contextOf(req, requestId), keyId: null };
}

/** The same for an act whose operation finds out whom it is about. */
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

/** A tool names itself and its version first; browsers all say Mozilla, and then it is the Portal's own page. */
function toolOf(userAgent = ''): { service: string; serviceVersion?: string } {
  const [, service, serviceVersion] = /^([\w.-]+)\/([\w.+-]+)/.exec(userAgent) ?? [];
  if (!service || !serviceVersion || service === 'Mozilla') return { service: 'portal' };
  return { service, serviceVersion };
}
