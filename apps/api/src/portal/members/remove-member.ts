/** Removes a member, together with their keys and open invitations. */

import { requireRole } from '../../access/authorize.ts';
import { oldestMembership } from '../accounts/add-member.ts';
import { revokeKeys } from '../accounts/revoke-keys.ts';
import { attemptAct, denyUnless } from '../../trail/record/attempt-act.ts';
import type { Source } from '../../access/source.ts';
import { recordAct, type Act } from '../../trail/record/record-act.ts';
import { withdrawOpenInvitations } from './withdraw-open-invitations.ts';
import { memberNotFound } from './list-members.ts';
import { lockMembers } from './lock-members.ts';
import type { PortalContext } from '../portal-context.ts';
import { requireChange } from './membership-rules.ts';

/**
 * Revokes the keys and withdraws the open invitations that the member created in this organisation, each with its own
 * event. Switches the member's sessions to another of their organisations, or to none. A removed user can return only by
 * invitation.
 *
 * @throws AppError `forbidden`, recorded as denied; `not_found` when the user is not a member, whether or not the user
 *   exists
 */
export async function removeMember(
  services: PortalContext,
  source: Source,
  { organizationId, userId }: { organizationId: string; userId: string },
): Promise<void> {
  const { models } = services.db;
  const actorId = source.actor.id;
  await attemptAct(services, source, async (transaction) => {
    const members = await lockMembers(services.db, transaction, organizationId, [actorId, userId]);
    const role = members.get(userId);
    const user = role && (await models.User.findByPk(userId, { transaction }));
    if (!role || !user) {
      requireRole(members.get(actorId), 'members:manage');
      throw memberNotFound();
    }
    const act: Act<'member.remove'> = {
      type: 'member.remove',
      organizationId,
      targets: [{ type: 'user', id: userId, name: user.name }],
      details: { email: user.email, role },
    };
    denyUnless(act, () => requireChange(members, { actorId, userId, to: null }));
    await models.Member.destroy({ where: { organizationId, userId }, transaction });
    const remaining = await oldestMembership(services.db, transaction, userId);
    await models.Session.update(
      { activeOrganizationId: remaining?.organizationId ?? null },
      { where: { userId, activeOrganizationId: organizationId }, transaction },
    );
    await recordAct(services, transaction, source, act);
    await models.Removal.bulkCreate([{ organizationId, userId }], {
      ignoreDuplicates: true,
      transaction,
    });
    await withdrawOpenInvitations(services, transaction, source, {
      organizationId,
      inviterId: userId,
      role: null,
    });
    await revokeKeys(services, transaction, source, { organizationId, createdBy: userId });
  });
  services.keys.forgetCreatedBy(userId);
}
