/** Whether the caller may do it, and in which organisation. */

import {
  AppError,
  keyMay,
  roleMay,
  roles,
  scopesMay,
  type Permission,
  type Role,
} from '@liblab/audit-core';
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { ForbiddenError } from './forbidden-error.ts';
import type { KeyPrincipal, Principal, UserPrincipal } from './principal.ts';

/** What every procedure and route declares: open to all, to any session, or to who has the permission. */
export type Access = 'public' | 'session' | Permission;

/**
 * Who refuses a member whose role may not: the door, or the operation, which also records the attempt. The operation
 * then asks `requireRole`; a test holds every procedure to what it declares.
 */
export type Refusal = 'here' | 'operation';

/** A caller who was let in, and where. */
export interface Grant {
  principal: UserPrincipal | KeyPrincipal;
  organizationId: string;
  /** Whether the caller may do something else there too. */
  may: (permission: Permission) => boolean;
}

/** Throws `unauthenticated` for nobody and `forbidden` for a key. */
export function requireSession(principal: Principal): UserPrincipal {
  if (principal.kind === 'user') return principal;
  if (principal.kind === 'anonymous') throw signInFirst();
  throw new AppError('forbidden', 'Keys cannot do this. Sign in to do it.');
}

/**
 * Resolves the organisation: the one named, else the session's active one, else the key's only one. The role came
 * with the session from the database, so that a change holds at the next request.
 *
 * @throws `unauthenticated`; `not_found` for an organisation that is foreign or does not exist, with the same work and
 *   the same text; `forbidden` in an own organisation without the permission; `bad_request` for a malformed id.
 */
export function authorize(
  principal: Principal,
  permission: Permission,
  named: unknown,
  { refusal = 'here' }: { refusal?: Refusal | undefined } = {},
): Grant {
  if (principal.kind === 'anonymous') throw signInFirst();
  const organizationId = parseOrganizationId(named) ?? implied(principal, permission);
  if (principal.kind === 'key') {
    if (!principal.organizationIds.includes(organizationId)) throw noOrganization();
    requireScope(principal, permission);
    const may = (other: Permission) => keyMayIn(principal, organizationId, other);
    if (!may(permission)) throw beyondMaker(permission);
    return { principal, organizationId, may };
  }
  const role = principal.roles.get(organizationId);
  if (!role) throw noOrganization();
  if (refusal === 'here') requireRole(role, permission);
  return { principal, organizationId, may: (other) => roleMay(role, other) };
}

/** Throws `forbidden`; `not_found` for who is no member. */
export function requireRole(role: Role | undefined, permission: Permission): void {
  if (!role) throw noOrganization();
  if (roleMay(role, permission)) return;
  throw new ForbiddenError(
    'missing_permission',
    `The role ${role} does not include the permission ${permission}. Ask an owner for another role.`,
  );
}

/**
 * For requests whose items each name their organisation: answers the key with those where it may.
 * The handler must hold every item against `organizationIds`.
 */
export function authorizeKey(principal: Principal, permission: Permission): KeyPrincipal {
  if (principal.kind === 'anonymous') throw signInFirst();
  if (principal.kind === 'user') {
    throw new AppError(
      'forbidden',
      'Only a key can do this. Send one as Authorization: Bearer llat_….',
    );
  }
  requireScope(principal, permission);
  const organizationIds = principal.organizationIds.filter((id) =>
    keyMayIn(principal, id, permission),
  );
  if (organizationIds.length === 0) throw beyondMaker(permission);
  return { ...principal, organizationIds };
}

/** The caller's role; undefined for who is no member, whether or not the organisation exists. */
export async function readRole(
  pool: Database['pool'],
  userId: string,
  organizationId: string,
): Promise<Role | undefined> {
  const { rows } = await pool.query<{ role: string }>({
    name: 'read-role',
    text: 'select role from members where user_id = $1 and organization_id = $2',
    values: [userId, organizationId],
  });
  return roles.find((role) => role === rows[0]?.role);
}

const organizationIdSchema = z.guid().toLowerCase();

function parseOrganizationId(named: unknown): string | undefined {
  if (named === undefined) return undefined;
  const parsed = organizationIdSchema.safeParse(named);
  if (parsed.success) return parsed.data;
  throw new AppError('bad_request', '$.organizationId: must be a UUID.', {
    path: '$.organizationId',
  });
}

function implied(principal: UserPrincipal | KeyPrincipal, permission: Permission): string {
  if (principal.kind === 'user') {
    if (principal.activeOrganizationId !== null) return principal.activeOrganizationId;
    throw new AppError(
      'forbidden',
      'You are not a member of any organisation. Ask for an invitation.',
    );
  }
  const [only, ...others] = principal.organizationIds;
  if (only !== undefined && others.length === 0) return only;
  requireScope(principal, permission);
  throw new AppError(
    'bad_request',
    `This key works for ${principal.organizationIds.length} organisations. Name one in organizationId.`,
    { path: '$.organizationId' },
  );
}

function requireScope({ scopes }: KeyPrincipal, permission: Permission): void {
  if (scopesMay(scopes, permission)) return;
  throw new AppError(
    'forbidden',
    `The key's scopes (${scopes.join(', ')}) do not include the permission ${permission}. Use another key.`,
  );
}

/** A key acts for who made it: what their role does not allow any more, it does not do either. */
function keyMayIn(
  { scopes, makerRoles }: KeyPrincipal,
  organizationId: string,
  permission: Permission,
): boolean {
  if (makerRoles === null) return scopesMay(scopes, permission);
  const role = makerRoles.get(organizationId);
  return role !== undefined && keyMay(scopes, role, permission);
}

function beyondMaker(permission: Permission): AppError {
  return new AppError(
    'forbidden',
    `The key's creator no longer has the permission ${permission}. Use another key.`,
  );
}

function noOrganization(): AppError {
  return new AppError(
    'not_found',
    'The organisation does not exist, or you are not a member of it.',
  );
}

function signInFirst(): AppError {
  return new AppError('unauthenticated', 'Sign in, or send a key as Authorization: Bearer llat_….');
}
