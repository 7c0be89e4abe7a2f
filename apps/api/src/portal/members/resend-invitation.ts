/** Resends an invitation, valid for another 7 days. */

import { AppError } from '@liblab/audit-core';
import { attemptAct, denyUnless } from '../../trail/record/attempt-act.ts';
import type { Source } from '../../access/source.ts';
import { recordAct, type Act } from '../../trail/record/record-act.ts';
import { requireMail } from '../mail/require-mail.ts';
import { lockInvitation } from './lock-invitation.ts';
import { lockMembers } from './lock-members.ts';
import { mailInvitation, validityMs } from './mail-invitation.ts';
import type { PortalContext } from '../portal-context.ts';
import { requireMayGrant } from './membership-rules.ts';

/** Minimum time between two e-mails of one invitation. */
const minIntervalMs = 60_000;

/**
 * The older e-mail contains the same link, so it works too. To invalidate the link, withdraw the invitation.
 *
 * @throws AppError `forbidden`, recorded as denied; `not_found`; `rate_limited` within a minute of the last e-mail;
 *   `mail_unavailable`
 */
export async function resendInvitation(
  services: PortalContext,
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
    const { email, role } = invitation;
    const act: Act<'user.invite_member'> = {
      type: 'user.invite_member',
      organizationId,
      targets: [{ type: 'invitation', id }],
      details: { email, role },
    };
    denyUnless(act, () => requireMayGrant(actorRole, role));
    requireMail(services.config);
    const now = services.clock();
    const waitMs = invitation.expiresAt.getTime() - validityMs + minIntervalMs - now;
    if (waitMs > 0) {
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      throw new AppError(
        'rate_limited',
        `The invitation was sent less than a minute ago. Try again in ${retryAfterSeconds} seconds.`,
        { retryAfterSeconds },
      );
    }
    await invitation.update({ expiresAt: new Date(now + validityMs) }, { transaction });
    await mailInvitation(services, transaction, invitation, source.actor);
    await recordAct(services, transaction, source, act);
  });
}
