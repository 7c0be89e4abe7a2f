/** Creates a session and records the sign-in, in the caller's transaction. */

import { randomBytes } from 'node:crypto';
import { Op, type Transaction } from 'sequelize';
import type { Source } from '../../access/source.ts';
import { recordPersonalAct, type ActContext } from '../../trail/record/record-act.ts';
import { oldestMembership } from '../accounts/add-member.ts';
import { sessionSeconds } from './auth.ts';

const daySeconds = 24 * 60 * 60;

/**
 * The session starts in the organisation that the user joined first.
 *
 * @returns the session's token; send it in the cookie only
 */
export async function createSession(
  services: ActContext,
  transaction: Transaction,
  source: Source,
  { user, rememberMe }: { user: { id: string; name: string }; rememberMe: boolean },
): Promise<string> {
  const { db, clock } = services;
  const token = randomBytes(24).toString('base64url');
  const now = new Date(clock());
  const { Session } = db.models;
  // Nothing else deletes expired sessions.
  await Session.destroy({ where: { userId: user.id, expiresAt: { [Op.lt]: now } }, transaction });
  const first = await oldestMembership(db, transaction, user.id);
  const session = await Session.create(
    {
      token,
      userId: user.id,
      activeOrganizationId: first?.organizationId ?? null,
      expiresAt: new Date(now.getTime() + (rememberMe ? sessionSeconds : daySeconds) * 1000),
      ipAddress: source.context.ip ?? '',
      userAgent: source.context.userAgent ?? '',
      createdAt: now,
      updatedAt: now,
    },
    { transaction },
  );
  await recordPersonalAct(
    services,
    transaction,
    { ...source, context: { ...source.context, sessionId: session.id } },
    {
      userId: user.id,
      type: 'session.sign_in',
      targets: [{ type: 'user', id: user.id, name: user.name }],
      details: {},
    },
  );
  return token;
}
