/** Finds an open invitation and holds it: of two who answer or withdraw it, one does. */

import { AppError, type Role } from '@liblab/audit-core';
import type { Transaction } from 'sequelize';
import { requireRole } from '../../access/authorize.ts';
import type { Database } from '../../db/database.ts';
import type { InvitationModel } from '../../db/models/identity.ts';

/**
 * @throws AppError `forbidden` when the asker's role may not know; `not_found` for one of another organisation, or not open any more, as for one
 *   that does not exist
 */
export async function lockInvitation(
  { models }: Pick<Database, 'models'>,
  transaction: Transaction,
  {
    organizationId,
    id,
    askerRole,
  }: { organizationId: string; id: string; askerRole: Role | undefined },
): Promise<InvitationModel> {
  const invitation = await models.Invitation.findOne({
    where: { id, organizationId, status: 'pending' },
    lock: transaction.LOCK.UPDATE,
    transaction,
  });
  if (invitation) return invitation;
  requireRole(askerRole, 'members:manage');
  throw new AppError('not_found', 'This organisation has no such open invitation.');
}
