/** Reads the pending invitations. */

import type { Role } from '@liblab/audit-core';
import type { Database } from '../../db/database.ts';

/** A pending invitation; times are ISO 8601. */
export interface InvitationRow {
  id: string;
  email: string;
  role: Role;
  invitedBy: { name: string; email: string };
  createdAt: string;
  /** May be in the past: an expired invitation is listed until it is resent or withdrawn. */
  expiresAt: string;
}

/** Newest first; only one when `id` is given. */
export async function listInvitations(
  { models }: Pick<Database, 'models'>,
  organizationId: string,
  id?: string,
): Promise<InvitationRow[]> {
  const invitations = await models.Invitation.findAll({
    where: { organizationId, status: 'pending', ...(id === undefined ? {} : { id }) },
    include: [{ association: 'inviter', attributes: ['name', 'email'], required: true }],
    order: [['createdAt', 'DESC'], 'id'],
  });
  return invitations.map(({ id: invitationId, email, role, inviter, createdAt, expiresAt }) => ({
    id: invitationId,
    email,
    role,
    invitedBy: { name: inviter?.name ?? '', email: inviter?.email ?? '' },
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  }));
}
