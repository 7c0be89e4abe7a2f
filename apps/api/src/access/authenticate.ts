/** Finds out who calls, from the Authorization header or the session's cookie. */

import type { IncomingMessage } from 'node:http';
import type { Services } from '../context.ts';
import type { Principal } from './principal.ts';
import { readSession } from './read-session.ts';

/**
 * A key goes before a cookie, and a bad one is never anonymous: it throws `unauthenticated`. A cookie that is forged,
 * expired or signed out is anonymous.
 */
export async function authenticate(
  services: Pick<Services, 'auth' | 'db' | 'keys'>,
  { headers }: Pick<IncomingMessage, 'headers'>,
): Promise<Principal> {
  if (headers.authorization !== undefined) return services.keys.find(headers.authorization);
  if (headers.cookie === undefined) return { kind: 'anonymous' };
  return (await readSession(services, headers.cookie)) ?? { kind: 'anonymous' };
}
