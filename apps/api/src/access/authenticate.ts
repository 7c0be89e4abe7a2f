/** Identifies the caller by the Authorization header or the session cookie. */

import type { IncomingMessage } from 'node:http';
import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import type { KeyPrincipal, Principal } from './principal.ts';
import { readSession, type SessionCookies } from './read-session.ts';

/** What deciding who may call takes. */
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
  /** @throws AppError `unauthenticated`; malformed and unknown keys answer alike */
  find(authorization: string): Promise<KeyPrincipal>;
  /** Drops the cached key, so that its revocation takes effect in this process immediately. */
  forget(keyId: string): void;
  /** Drops all keys that a user created, when their role changes or their membership ends. */
  forgetThoseOf(creatorId: string): void;
}

/**
 * A key takes precedence over a cookie. A bad key is never anonymous; a forged, expired or signed-out cookie is.
 *
 * @throws AppError `unauthenticated` for a bad key
 */
export async function authenticate(
  ctx: Pick<AccessContext, 'auth' | 'db' | 'clock' | 'keys'>,
  { headers }: Pick<IncomingMessage, 'headers'>,
): Promise<Principal> {
  if (headers.authorization !== undefined) return ctx.keys.find(headers.authorization);
  if (headers.cookie === undefined) return { kind: 'anonymous' };
  return (await readSession(ctx, headers.cookie)) ?? { kind: 'anonymous' };
}
