/** Finds and locks an open invitation, so that concurrent changes of it run one after the other. */

import { AppError, type Role } from '@liblab/audit-core';
import type { Transaction } from 'sequelize';
import { requireRole } from '../../access/authorize.ts';
import type { Database } from '../../db/database.ts';
import type { InvitationModel } from '../../db/models/identity.ts';

/**
 * @throws AppError `forbidden` when the actor's role does not allow to see invitations; `not_found` when the invitation
 *   does not exist, belongs to another organisation or is no longer open
 */
export async function lockInvitation(
  { models }: Pick<Database, 'models'>,
  transaction: Transaction,
  {
    organizationId,
    id,
    actorRole,
  }: { organizationId: string; id: string; actorRole: Role | undefined },
): Promise<InvitationModel> {
  const invitation = await models.Invitation.findOne({
    where: { id, organizationId, status: 'pending' },
    lock: transaction.LOCK.UPDATE,
    transaction,
  });
  if (invitation) return invitation;
  requireRole(actorRole, 'members:manage');
  throw new AppError('not_found', 'This organisation has no such open invitation.');
}
