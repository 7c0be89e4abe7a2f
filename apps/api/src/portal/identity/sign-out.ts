/** Ends a session and records it atomically. */

import type { Source } from '../../access/source.ts';
import { recordPersonalAct, type ActContext } from '../../trail/record/record-act.ts';

/** Idempotent: concurrent calls record one event. */
export async function signOut(
  services: ActContext,
  source: Source,
  { userId, name, sessionId }: { userId: string; name: string; sessionId: string },
): Promise<void> {
  const { sequelize, models } = services.db;
  await sequelize.transaction(async (transaction) => {
    const ended = await models.Session.destroy({ where: { id: sessionId }, transaction });
    if (ended === 0) return;
    await recordPersonalAct(services, transaction, source, {
      userId,
      type: 'session.sign_out',
      targets: [{ type: 'user', id: userId, name }],
      details: {},
    });
  });
}
