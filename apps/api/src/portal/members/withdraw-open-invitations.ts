/** Withdraws open invitations whose inviter could no longer create them. */

import type { Role } from '@liblab/audit-core';
import type { Transaction } from 'sequelize';
import type { Source } from '../../access/source.ts';
import { recordAct, type ActContext } from '../../trail/record/record-act.ts';
import { mayGrant } from './membership-rules.ts';
import { withdrawalAct } from './withdraw-invitation.ts';

export interface Inviter {
  organizationId: string;
  inviterId: string;
  /** The inviter's new role; null for a former member. */
  role: Role | null;
}

/**
 * Records an event for each, in the caller's transaction, which changes the inviter's role. Otherwise a removed member
 * could return through an invitation that they created.
 */
export async function withdrawOpenInvitations(
  services: ActContext,
  transaction: Transaction,
  source: Source,
  { organizationId, inviterId, role }: Inviter,
): Promise<void> {
  const open = await services.db.models.Invitation.findAll({
    where: { organizationId, inviterId, status: 'pending' },
    order: ['id'],
    lock: transaction.LOCK.UPDATE,
    transaction,
  });
  for (const invitation of open) {
    if (role !== null && mayGrant(role, invitation.role)) continue;
    await invitation.update({ status: 'withdrawn' }, { transaction });
    await recordAct(services, transaction, source, withdrawalAct(invitation));
  }
}
