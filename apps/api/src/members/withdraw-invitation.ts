/** Takes an invitation back: its link opens nothing any more. */

import type { Services } from '../context.ts';
import { attemptAct, denyUnless } from '../events/attempt-act.ts';
import { recordAct, type Act, type Source } from '../events/record-act.ts';
import type { InvitationModel } from '../db/models/identity.ts';
import { lockInvitation } from './lock-invitation.ts';
import { lockMembers } from './lock-members.ts';
import { requireGift } from './membership-rules.ts';

/** @throws AppError `forbidden`, recorded as denied; `not_found` */
export async function withdrawInvitation(
  services: Pick<Services, 'db' | 'catalogue' | 'clock' | 'relay'>,
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
