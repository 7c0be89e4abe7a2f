/** Queues the mail that carries an invitation's link, in the transaction of what sends it. */

import type { Actor } from '@liblab/audit-core';
import type { Transaction } from 'sequelize';
import type { Database } from '../../db/database.ts';
import type { InvitationModel } from '../../db/models/identity.ts';
import { queueMail } from '../mail/queue-mail.ts';

/** An invitation holds for 7 days from its last mail on. */
export const validMs = 7 * 24 * 60 * 60 * 1000;

export async function mailInvitation(
  db: Pick<Database, 'sequelize' | 'models'>,
  transaction: Transaction,
  { id: invitationId, organizationId, email, role }: InvitationModel,
  inviter: Actor,
): Promise<void> {
  const organization = await db.models.Organization.findByPk(organizationId, {
    rejectOnEmpty: true,
    transaction,
  });
  await queueMail(db, transaction, {
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
