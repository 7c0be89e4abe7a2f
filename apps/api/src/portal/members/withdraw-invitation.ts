/** Withdraws an invitation, which invalidates its link. */

import { attemptAct, denyUnless } from '../../trail/record/attempt-act.ts';
import type { Source } from '../../access/source.ts';
import { recordAct, type Act, type ActContext } from '../../trail/record/record-act.ts';
import type { InvitationModel } from '../../db/models/identity.ts';
import { lockInvitation } from './lock-invitation.ts';
import { lockMembers } from './lock-members.ts';
import { requireMayGrant } from './membership-rules.ts';

/** @throws AppError `forbidden`, recorded as denied; `not_found` */
export async function withdrawInvitation(
  services: ActContext,
  source: Source,
  { organizationId, id }: { organizationId: string; id: string },
): Promise<void> {
  await attemptAct(services, source, async (transaction) => {
    const actorId = source.actor.id;
    const members = await lockMembers(services.db, transaction, organizationId, [actorId]);
    const actorRole = members.get(actorId);
    const invitation = await lockInvitation(services.db, transaction, {
      organizationId,
      id,
      actorRole,
    });
    const act = withdrawalAct(invitation);
    denyUnless(act, () => requireMayGrant(actorRole, invitation.role));
    await invitation.update({ status: 'withdrawn' }, { transaction });
    await recordAct(services, transaction, source, act);
  });
}

/** The event of a withdrawn invitation. */
export function withdrawalAct({
  id,
  organizationId,
  email,
  role,
}: InvitationModel): Act<'member.withdraw_invitation'> {
  return {
    type: 'member.withdraw_invitation',
    organizationId,
    targets: [{ type: 'invitation', id }],
    details: { email, role },
  };
}
