/** Ends a session: it and what the trail tells of it go together. */

import type { Source } from '../../access/source.ts';
import { recordPersonalAct, type ActContext } from '../../trail/record/record-act.ts';

/** Of two at a time one ends it and is recorded. */
export async function signOut(
  services: ActContext,
  source: Source,
  { userId, name, sessionId }: { userId: string; name: string; sessionId: string },
): Promise<void> {
  const { sequelize } = services.db;
  await sequelize.transaction(async (transaction) => {
    const [ended] = await sequelize.query('delete from sessions where id = $1 returning id', {
      bind: [sessionId],
      transaction,
    });
    if (ended.length === 0) return;
    await recordPersonalAct(services, transaction, source, {
      userId,
      type: 'session.sign_out',
      targets: [{ type: 'user', id: userId, name }],
      details: {},
    });
  });
}
