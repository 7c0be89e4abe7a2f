/** Takes an invitation back: its link opens nothing any more. */

import type { Services } from '../context.ts';
import { attemptAct, denyUnless } from '../events/attempt-act.ts';
import { recordAct, type Act, type Source } from '../events/record-act.ts';
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
    const { email, role } = invitation;
    const act: Act<'member.withdraw_invitation'> = {
      type: 'member.withdraw_invitation',
      organizationId,
      targets: [{ type: 'invitation', id }],
      details: { email, role },
    };
    denyUnless(act, () => requireGift(askerRole, role));
    await invitation.update({ status: 'withdrawn' }, { transaction });
    await recordAct(services, transaction, source, act);
  });
}
