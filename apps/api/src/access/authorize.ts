/** Decides whether the caller has a permission, and in which organisation. */

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

/** What every procedure and route declares: open to everyone, to any session, or to callers with the permission. */
export type Access = 'public' | 'session' | Permission;

/**
 * Where a member without the permission is refused: `here`, by `authorize`; or by the `operation`, which calls
 * `requireRole` and records the attempt. A test checks every procedure against its declaration.
 */
export type Refusal = 'here' | 'operation';

/** An authorised caller and the organisation that the call applies to. */
export interface Grant {
  principal: UserPrincipal | KeyPrincipal;
  organizationId: string;
  /** Whether the caller has another permission in this organisation. */
  may: (permission: Permission) => boolean;
}

/** @throws AppError `unauthenticated` for an anonymous caller; `forbidden` for a key */
export function requireSession(principal: Principal): UserPrincipal {
  if (principal.kind === 'user') return principal;
  if (principal.kind === 'anonymous') throw unauthenticated();
  throw new AppError('forbidden', 'Keys cannot do this. Sign in to do it.');
}

/**
 * Resolves the organisation: the requested one, else the session's active one, else the key's only one. Roles are read
 * with the session on each request, so a change takes effect with the next request.
 *
 * @throws AppError `unauthenticated`; `not_found` when the caller is not a member, with the same work and text whether
 *   or not the organisation exists; `forbidden` for a member without the permission; `bad_request` for a malformed id
 */
export function authorize(
  principal: Principal,
  permission: Permission,
  requestedId: unknown,
  { refusal = 'here' }: { refusal?: Refusal | undefined } = {},
): Grant {
  if (principal.kind === 'anonymous') throw unauthenticated();
  const organizationId =
    parseOrganizationId(requestedId) ?? defaultOrganization(principal, permission);
  if (principal.kind === 'key') {
    if (!principal.organizationIds.includes(organizationId)) throw organizationNotFound();
    requireScope(principal, permission);
    const may = (other: Permission) => keyMayIn(principal, organizationId, other);
    if (!may(permission)) throw creatorLacks(permission);
    return { principal, organizationId, may };
  }
  const role = principal.roles.get(organizationId);
  if (!role) throw organizationNotFound();
  if (refusal === 'here') requireRole(role, permission);
  return { principal, organizationId, may: (other) => roleMay(role, other) };
}

/** @throws AppError `forbidden` when the role lacks the permission; `not_found` when the caller is not a member */
export function requireRole(role: Role | undefined, permission: Permission): void {
  if (!role) throw organizationNotFound();
  if (roleMay(role, permission)) return;
  throw new ForbiddenError(
    'missing_permission',
    `The role ${role} does not include the permission ${permission}. Ask an owner for another role.`,
  );
}

/**
 * For requests in which each item names its organisation: returns the key, with only the organisations in which it has
 * the permission. The handler must check every item against `organizationIds`.
 *
 * @throws AppError `unauthenticated`; `forbidden` for a session, or for a key that has the permission nowhere
 */
export function authorizeKey(principal: Principal, permission: Permission): KeyPrincipal {
  if (principal.kind === 'anonymous') throw unauthenticated();
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
  if (organizationIds.length === 0) throw creatorLacks(permission);
  return { ...principal, organizationIds };
}

/** A user's role; undefined when they are not a member, whether or not the organisation exists. */
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

function parseOrganizationId(requestedId: unknown): string | undefined {
  if (requestedId === undefined) return undefined;
  const parsed = organizationIdSchema.safeParse(requestedId);
  if (parsed.success) return parsed.data;
  throw new AppError('bad_request', 'The organisation id must be a UUID.', {
    path: '$.organizationId',
  });
}

function defaultOrganization(
  principal: UserPrincipal | KeyPrincipal,
  permission: Permission,
): string {
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

/** A key acts for its creator, so it never has a permission that the creator's current role lacks. */
function keyMayIn(
  { scopes, creatorRoles }: KeyPrincipal,
  organizationId: string,
  permission: Permission,
): boolean {
  if (creatorRoles === null) return scopesMay(scopes, permission);
  const role = creatorRoles.get(organizationId);
  return role !== undefined && keyMay(scopes, role, permission);
}

function creatorLacks(permission: Permission): AppError {
  return new AppError(
    'forbidden',
    `The key's creator no longer has the permission ${permission}. Use another key.`,
  );
}

function organizationNotFound(): AppError {
  return new AppError(
    'not_found',
    'The organisation does not exist, or you are not a member of it.',
  );
}

function unauthenticated(): AppError {
  return new AppError('unauthenticated', 'Sign in, or send a key as Authorization: Bearer llat_….');
}
