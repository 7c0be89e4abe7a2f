/** Gives a member another role. */

import type { Role } from '@liblab/audit-core';
import { requireRole } from '../../access/authorize.ts';
import { attemptAct, denyUnless } from '../../trail/record/attempt-act.ts';
import type { Source } from '../../access/source.ts';
import { recordAct, type Act } from '../../trail/record/record-act.ts';
import { endInvitations } from './end-invitations.ts';
import { noMember } from './list-members.ts';
import { lockMembers } from './lock-members.ts';
import type { PortalContext } from '../portal-context.ts';
import { requireChange } from './membership-rules.ts';

export interface RoleChange {
  organizationId: string;
  userId: string;
  role: Role;
}

/**
 * The role that a member has already changes nothing and is not recorded. Keys that the member made do no more than the
 * new role may, and invitations that it may not give end.
 * @throws AppError `forbidden`, recorded as denied; `not_found` for who is no member, known elsewhere or not
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
      throw noMember();
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
    await endInvitations(services, transaction, source, {
      organizationId,
      inviterId: userId,
      role: to,
    });
  });
  services.keys.forgetCreatedBy(userId);
}
