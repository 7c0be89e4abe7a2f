/** Who may grant, change and end which memberships. */

import { roleMay, type Role } from '@liblab/audit-core';
import { requireRole } from '../../access/authorize.ts';
import { ForbiddenError } from '../../access/forbidden-error.ts';

export interface MembershipChange {
  actorId: string;
  userId: string;
  /** Null ends the membership. */
  to: Role | null;
}

/**
 * `members` contains the roles of both people and of every owner.
 *
 * @throws AppError `forbidden`; `not_found` when the actor is not a member
 */
export function requireChange(
  members: ReadonlyMap<string, Role>,
  { actorId, userId, to }: MembershipChange,
): void {
  const actorRole = members.get(actorId);
  const from = members.get(userId);
  requireRole(actorRole, 'members:manage');
  if (actorId === userId && to !== null && actorRole !== 'owner') {
    throw new ForbiddenError(
      'own_role',
      'You cannot change your own role. Ask another owner or admin.',
    );
  }
  if (from === 'owner') requireOwner(actorRole);
  if (to !== null) requireMayGrant(actorRole, to);
  const owners = [...members.values()].filter((role) => role === 'owner').length;
  if (from === 'owner' && to !== 'owner' && owners === 1) {
    throw new ForbiddenError(
      'last_owner',
      'An organisation needs at least one owner. Make another member an owner first.',
    );
  }
}

/** Whether a member with the first role may grant the second. */
export function mayGrant(actorRole: Role, granted: Role): boolean {
  return roleMay(actorRole, 'members:manage') && (granted !== 'owner' || actorRole === 'owner');
}

/** @throws AppError `forbidden` when the actor may not grant the role; `not_found` when the actor is not a member */
export function requireMayGrant(actorRole: Role | undefined, granted: Role): void {
  requireRole(actorRole, 'members:manage');
  if (granted === 'owner') requireOwner(actorRole);
}

function requireOwner(actorRole: Role | undefined): void {
  if (actorRole === 'owner') return;
  throw new ForbiddenError(
    'owner_required',
    'Only an owner can grant or remove the owner role. Ask an owner.',
  );
}
