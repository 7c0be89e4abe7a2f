/** Identifies the caller by the Authorization header or the session cookie. */

import type { IncomingMessage } from 'node:http';
import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import type { KeyPrincipal, Principal } from './principal.ts';
import { readSession, type SessionCookies } from './read-session.ts';

/** The services that authentication and authorisation need. */
export interface AccessContext {
  config: Config;
  db: Database;
  /** Milliseconds since 1970. */
  clock: () => number;
  auth: SessionCookies;
  keys: KeyFinder;
}

/** Finds the key behind an Authorization header. */
export interface KeyFinder {
  /** @throws AppError `unauthenticated`; malformed and unknown keys get the same answer */
  find(authorization: string): Promise<KeyPrincipal>;
  /** Drops a key from the cache; its revocation then takes effect immediately in this process. */
  forget(keyId: string): void;
  /** Drops all keys that a user created, after their role changed or their membership ended. */
  forgetCreatedBy(creatorId: string): void;
}

/**
 * Returns the caller. A key takes precedence over a cookie. An invalid key is rejected; a forged, expired or signed-out
 * cookie makes the caller anonymous.
 *
 * @throws AppError `unauthenticated` for an invalid key
 */
export async function authenticate(
  ctx: Pick<AccessContext, 'auth' | 'db' | 'clock' | 'keys'>,
  { headers }: Pick<IncomingMessage, 'headers'>,
): Promise<Principal> {
  if (headers.authorization !== undefined) return ctx.keys.find(headers.authorization);
  if (headers.cookie === undefined) return { kind: 'anonymous' };
  return (await readSession(ctx, headers.cookie)) ?? { kind: 'anonymous' };
}
