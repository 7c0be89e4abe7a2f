/** Reads a session with its user and their roles, in one statement. */

import { createHmac, timingSafeEqual } from 'node:crypto';
import { roles, type Role } from '@liblab/audit-core';
import type { Database } from '../db/database.ts';
import type { UserPrincipal } from './principal.ts';

/** better-auth's name and signing secret for session cookies. */
export interface SessionCookies {
  $context: Promise<{ secret: string; authCookies: { sessionToken: { name: string } } }>;
}

interface SessionRow extends Omit<UserPrincipal, 'kind' | 'roles'> {
  roles: Record<string, string> | null;
}

/**
 * The session's user; undefined when the cookie is forged, expired or signed out. Used instead of better-auth's own
 * lookup, which needs more statements and cannot read the roles.
 */
export async function readSession(
  { auth, db, clock }: { auth: SessionCookies; db: Database; clock: () => number },
  cookies: string,
): Promise<UserPrincipal | undefined> {
  const { authCookies, secret } = await auth.$context;
  const token = readSigned(cookies, authCookies.sessionToken.name, secret);
  if (token === undefined) return undefined;
  const { rows } = await db.pool.query<SessionRow>({
    name: 'read-session',
    text: `select u.id as "userId", u.email, u.name, s.id as "sessionId",
             s.active_organization_id as "activeOrganizationId",
             (select json_object_agg(organization_id, role) from members where user_id = u.id) as roles
           from sessions s join users u on u.id = s.user_id
           where s.token = $1 and s.expires_at > $2`,
    values: [token, new Date(clock())],
  });
  const [row] = rows;
  return row && { ...row, kind: 'user', roles: rolesOf(row.roles ?? {}) };
}

function rolesOf(byOrganization: Record<string, string>): ReadonlyMap<string, Role> {
  return new Map(
    Object.entries(byOrganization).flatMap(([id, text]): [string, Role][] =>
      roles.filter((role) => role === text).map((role) => [id, role]),
    ),
  );
}

/** A cookie's value with its signature, in better-auth's format. */
export function signCookie(value: string, secret: string): string {
  return `${value}.${createHmac('sha256', secret).update(value).digest('base64')}`;
}

/** The value of the first cookie with this name; undefined when it is missing or its signature is invalid. */
function readSigned(cookies: string, name: string, secret: string): string | undefined {
  const pair = cookies.split(';').find((cookie) => cookie.trim().startsWith(`${name}=`));
  if (pair === undefined) return undefined;
  const cookie = decode(pair.slice(pair.indexOf('=') + 1).trim());
  const value = cookie.slice(0, cookie.lastIndexOf('.'));
  const received = Buffer.from(cookie);
  const expected = Buffer.from(signCookie(value, secret));
  return received.length === expected.length && timingSafeEqual(received, expected)
    ? value
    : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
