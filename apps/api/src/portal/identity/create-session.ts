/** Makes a user's session, and what the trail tells of it, in the transaction of what let the user in. */

import { randomBytes } from 'node:crypto';
import { Op, type Transaction } from 'sequelize';
import type { Source } from '../../access/source.ts';
import { recordPersonalAct, type ActContext } from '../../trail/record/record-act.ts';
import { firstMembership } from '../accounts/add-member.ts';
import { sessionSeconds } from './auth.ts';

const daySeconds = 24 * 60 * 60;

/**
 * It starts in the organisation that its user joined first.
 *
 * @returns the session's token, which only its cookie carries
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
  // The user's expired sessions: nothing else removes them.
  await Session.destroy({ where: { userId: user.id, expiresAt: { [Op.lt]: now } }, transaction });
  const first = await firstMembership(db, transaction, user.id);
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
