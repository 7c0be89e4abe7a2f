/** Changes the organisation that a session shows. */

import { AppError } from '@liblab/audit-core';
import type { UserPrincipal } from '../../access/principal.ts';
import type { ActContext } from '../../trail/record/record-act.ts';

/** @throws AppError `not_found` when the user is not a member, whether or not the organisation exists */
export async function setActiveOrganization(
  { db, clock }: Pick<ActContext, 'db' | 'clock'>,
  { sessionId, userId }: UserPrincipal,
  organizationId: string,
): Promise<void> {
  const { Member, Session } = db.models;
  await db.sequelize.transaction(async (transaction) => {
    const member = await Member.findOne({
      where: { userId, organizationId },
      // Held until commit: a removal that comes later finds the session here and moves it.
      lock: transaction.LOCK.KEY_SHARE,
      transaction,
    });
    if (!member) {
      throw new AppError(
        'not_found',
        'The organisation does not exist, or you are not a member of it.',
      );
    }
    await Session.update(
      { activeOrganizationId: organizationId, updatedAt: new Date(clock()) },
      { where: { id: sessionId }, transaction },
    );
  });
}
