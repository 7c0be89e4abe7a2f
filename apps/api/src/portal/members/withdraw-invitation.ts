/** Takes an invitation back: its link opens nothing any more. */

import { attemptAct, denyUnless } from '../../trail/record/attempt-act.ts';
import type { Source } from '../../access/source.ts';
import { recordAct, type Act, type ActContext } from '../../trail/record/record-act.ts';
import type { InvitationModel } from '../../db/models/identity.ts';
import { lockInvitation } from './lock-invitation.ts';
import { lockMembers } from './lock-members.ts';
import { requireGift } from './membership-rules.ts';

/** @throws AppError `forbidden`, recorded as denied; `not_found` */
export async function withdrawInvitation(
  services: ActContext,
  source: Source,
  { organizationId, id }: { organizationId: string; id: string },
): Promise<void> {
  await attemptAct(services, source, async (transaction) => {
    const actorId = source.actor.id;
    const members = await lockMembers(services.db, transaction, organizationId, [actorId]);
    const askerRole = members.get(actorId);
    const invitation = await lockInvitation(services.db, transaction, {
      organizationId,
      id,
      askerRole,
    });
    const act = withdrawal(invitation);
    denyUnless(act, () => requireGift(askerRole, invitation.role));
    await invitation.update({ status: 'withdrawn' }, { transaction });
    await recordAct(services, transaction, source, act);
  });
}

/** What the event of an invitation's end says. */
export function withdrawal({
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
