/** Ends the open invitations of somebody who may not make them any more, in the transaction of what changed that. */

import type { Role } from '@liblab/audit-core';
import type { Transaction } from 'sequelize';
import type { Source } from '../../access/source.ts';
import { recordAct, type ActContext } from '../../trail/record/record-act.ts';
import { mayGive } from './membership-rules.ts';
import { withdrawal } from './withdraw-invitation.ts';

export interface Inviter {
  organizationId: string;
  inviterId: string;
  /** The inviter's role from now on; null for who is no member any more. */
  role: Role | null;
}

/** Each with its event: nobody leaves a way back in, or in for another, behind. */
export async function endInvitations(
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
    if (role !== null && mayGive(role, invitation.role)) continue;
    await invitation.update({ status: 'withdrawn' }, { transaction });
    await recordAct(services, transaction, source, withdrawal(invitation));
  }
}
