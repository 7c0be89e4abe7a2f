/** Makes a user's session, and what the trail tells of it, in the transaction of what let the user in. */

import { randomBytes } from 'node:crypto';
import type { Transaction } from 'sequelize';
import type { Source } from '../../access/source.ts';
import { recordPersonalAct, type ActContext } from '../../trail/record/record-act.ts';
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
  const now = clock();
  const run = async (text: string, bind: unknown[]) =>
    (await db.sequelize.query(text, { bind, transaction }))[0];
  // The user's expired sessions: nothing else removes them.
  await run('delete from sessions where user_id = $1 and expires_at < $2', [
    user.id,
    new Date(now),
  ]);
  const [session] = (await run(
    `insert into sessions
       (token, user_id, active_organization_id, expires_at, ip_address, user_agent, created_at, updated_at)
     values ($1, $2::uuid, (
       select organization_id from members where user_id = $2::uuid order by created_at, organization_id limit 1
     ), $3, $4, $5, $6, $6)
     returning id`,
    [
      token,
      user.id,
      new Date(now + (rememberMe ? sessionSeconds : daySeconds) * 1000),
      source.context.ip ?? '',
      source.context.userAgent ?? '',
      new Date(now),
    ],
  )) as { id: string }[];
  await recordPersonalAct(
    services,
    transaction,
    { ...source, context: { ...source.context, sessionId: (session as { id: string }).id } },
    {
      userId: user.id,
      type: 'session.sign_in',
      targets: [{ type: 'user', id: user.id, name: user.name }],
      details: {},
    },
  );
  return token;
}
