/** Changes a member's role. */

import type { Role } from '@liblab/audit-core';
import { requireRole } from '../../access/authorize.ts';
import { attemptAct, denyUnless } from '../../trail/record/attempt-act.ts';
import type { Source } from '../../access/source.ts';
import { recordAct, type Act } from '../../trail/record/record-act.ts';
import { withdrawOpenInvitations } from './withdraw-open-invitations.ts';
import { memberNotFound } from './list-members.ts';
import { lockMembers } from './lock-members.ts';
import type { PortalContext } from '../portal-context.ts';
import { requireChange } from './membership-rules.ts';

export interface RoleChange {
  organizationId: string;
  userId: string;
  role: Role;
}

/**
 * Does nothing and records nothing if the member already has the role. The new role also limits the keys that the member
 * created. Withdraws the member's open invitations that the new role could not create.
 *
 * @throws AppError `forbidden`, recorded as denied; `not_found` when the user is not a member, whether or not the user
 *   exists
 */
export async function changeRole(
  services: PortalContext,
  source: Source,
  { organizationId, userId, role: to }: RoleChange,
): Promise<void> {
  const { models } = services.db;
  const actorId = source.actor.id;
  await attemptAct(services, source, async (transaction) => {
    const members = await lockMembers(services.db, transaction, organizationId, [actorId, userId]);
    const from = members.get(userId);
    const user = from && (await models.User.findByPk(userId, { transaction }));
    if (!from || !user) {
      requireRole(members.get(actorId), 'members:manage');
      throw memberNotFound();
    }
    const act: Act<'member.change_role'> = {
      type: 'member.change_role',
      organizationId,
      targets: [{ type: 'user', id: userId, name: user.name }],
      details: { email: user.email, from, to },
    };
    denyUnless(act, () => requireChange(members, { actorId, userId, to }));
    if (from === to) return;
    await models.Member.update({ role: to }, { where: { organizationId, userId }, transaction });
    await recordAct(services, transaction, source, {
      ...act,
      changes: [{ path: 'role', before: from, after: to }],
    });
    await withdrawOpenInvitations(services, transaction, source, {
      organizationId,
      inviterId: userId,
      role: to,
    });
  });
  services.keys.forgetCreatedBy(userId);
}
