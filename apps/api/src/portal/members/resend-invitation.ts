/** Sends an invitation again, for another 7 days. */

import { AppError } from '@liblab/audit-core';
import { attemptAct, denyUnless } from '../../trail/record/attempt-act.ts';
import type { Source } from '../../access/source.ts';
import { recordAct, type Act } from '../../trail/record/record-act.ts';
import { requireMail } from '../mail/require-mail.ts';
import { lockInvitation } from './lock-invitation.ts';
import { lockMembers } from './lock-members.ts';
import { mailInvitation, validMs } from './mail-invitation.ts';
import type { PortalContext } from '../portal-context.ts';
import { requireGift } from './membership-rules.ts';

/** Between two mails of one invitation. */
const pauseMs = 60_000;

/**
 * The link of the older mail goes on: it came to the same address and opens the same. An invitation that must end is
 * withdrawn.
 * @throws AppError `forbidden`, recorded as denied; `not_found`; `rate_limited` within a minute of the last mail; `mail_unavailable`
 */
export async function resendInvitation(
  services: PortalContext,
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
    const act: Act<'user.invite_member'> = {
      type: 'user.invite_member',
      organizationId,
      targets: [{ type: 'invitation', id }],
      details: { email, role },
    };
    denyUnless(act, () => requireGift(askerRole, role));
    requireMail(services.config);
    const now = services.clock();
    const waitMs = invitation.expiresAt.getTime() - validMs + pauseMs - now;
    if (waitMs > 0) {
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      throw new AppError(
        'rate_limited',
        `The invitation was sent less than a minute ago. Try again in ${retryAfterSeconds} seconds.`,
        { retryAfterSeconds },
      );
    }
    await invitation.update({ expiresAt: new Date(now + validMs) }, { transaction });
    await mailInvitation(services, transaction, invitation, source.actor);
    await recordAct(services, transaction, source, act);
  });
}
