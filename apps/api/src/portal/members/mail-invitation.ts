/** Queues the e-mail with an invitation's link, in the caller's transaction. */

import type { Actor } from '@liblab/audit-core';
import type { Transaction } from 'sequelize';
import type { InvitationModel } from '../../db/models/identity.ts';
import { queueMail } from '../mail/queue-mail.ts';
import type { PortalContext } from '../portal-context.ts';

/** An invitation is valid for 7 days after its last e-mail. */
export const validityMs = 7 * 24 * 60 * 60 * 1000;

export async function mailInvitation(
  services: PortalContext,
  transaction: Transaction,
  { id: invitationId, organizationId, email, role }: InvitationModel,
  inviter: Actor,
): Promise<void> {
  const organization = await services.db.models.Organization.findByPk(organizationId, {
    rejectOnEmpty: true,
    transaction,
  });
  await queueMail(services, transaction, {
    recipient: email,
    template: 'invitation',
    data: {
      invitationId,
      organizationName: organization.name,
      inviterName: inviter.name ?? inviter.id,
      role,
    },
  });
}
