/** Ends a membership, and with it what the member could still act by. */

import { requireRole } from '../../access/authorize.ts';
import { firstMembership } from '../accounts/add-member.ts';
import { endKeys } from '../accounts/end-keys.ts';
import { attemptAct, denyUnless } from '../../trail/record/attempt-act.ts';
import type { Source } from '../../access/source.ts';
import { recordAct, type Act } from '../../trail/record/record-act.ts';
import { endInvitations } from './end-invitations.ts';
import { noMember } from './list-members.ts';
import { lockMembers } from './lock-members.ts';
import type { PortalContext } from '../portal-context.ts';
import { requireChange } from './membership-rules.ts';

/**
 * The keys and open invitations that the member made end for this organisation, each with its event, and the member's
 * sessions move to another organisation of theirs, or to none. Who was removed comes back by an invitation alone.
 * @throws AppError `forbidden`, recorded as denied; `not_found` for who is no member, known elsewhere or not
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
      throw noMember();
    }
    const act: Act<'member.remove'> = {
      type: 'member.remove',
      organizationId,
      targets: [{ type: 'user', id: userId, name: user.name }],
      details: { email: user.email, role },
    };
    denyUnless(act, () => requireChange(members, { actorId, userId, to: null }));
    await models.Member.destroy({ where: { organizationId, userId }, transaction });
    const other = await firstMembership(services.db, transaction, userId);
    await models.Session.update(
      { activeOrganizationId: other?.organizationId ?? null },
      { where: { userId, activeOrganizationId: organizationId }, transaction },
    );
    await recordAct(services, transaction, source, act);
    await models.Removal.bulkCreate([{ organizationId, userId }], {
      ignoreDuplicates: true,
      transaction,
    });
    await endInvitations(services, transaction, source, {
      organizationId,
      inviterId: userId,
      role: null,
    });
    await endKeys(services, transaction, source, { organizationId, createdBy: userId });
  });
  services.keys.forgetCreatedBy(userId);
}
