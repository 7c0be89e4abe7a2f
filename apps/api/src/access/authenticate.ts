/** Finds out who calls, from the Authorization header or the session's cookie. */

import type { IncomingMessage } from 'node:http';
import type { Services } from '../context.ts';
import type { Principal } from './principal.ts';

/**
 * A key goes before a cookie, and a bad one is never anonymous: it throws `unauthenticated`. A cookie that is forged,
 * expired or signed out is anonymous.
 */
export async function authenticate(
  { auth, keys }: Pick<Services, 'auth' | 'keys'>,
  { headers }: Pick<IncomingMessage, 'headers'>,
): Promise<Principal> {
  if (headers.authorization !== undefined) return keys.find(headers.authorization);
  if (headers.cookie === undefined) return { kind: 'anonymous' };
  const found = await auth.api.getSession({ headers: new Headers({ cookie: headers.cookie }) });
  if (!found) return { kind: 'anonymous' };
  const { user, session } = found;
  return {
    kind: 'user',
    userId: user.id,
    email: user.email,
    name: user.name,
    sessionId: session.id,
    activeOrganizationId: session.activeOrganizationId ?? null,
  };
}
