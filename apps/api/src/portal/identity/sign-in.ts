/** Signs a user in, and records it or the failure. */

import { AppError, type ReasonCode } from '@liblab/audit-core';
import { hashPassword, verifyPassword } from 'better-auth/crypto';
import type { SourceOf } from '../../access/source.ts';
import { recordPersonalAct, type ActContext } from '../../trail/record/record-act.ts';
import { createSession } from './create-session.ts';
import { countAttempt, refundAttempt, markLockRecorded, type Attempt } from './sign-in-limits.ts';

export interface Credentials {
  /** In lower case. */
  email: string;
  password: string;
  /** False: the session ends after a day. */
  rememberMe: boolean;
}

/** A user in better-auth's response format. */
export interface SignedInUser {
  id: string;
  name: string;
  email: string;
  emailVerified: boolean;
  image: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/**
 * Session and event are written atomically. Unknown addresses run the same statements, hash a password once and get the
 * same response as known ones, so neither content nor timing reveals which addresses have an account.
 *
 * @throws AppError `unauthenticated`; `forbidden` while the address is not verified; `rate_limited`
 */
export async function signIn(
  services: ActContext,
  sourceOf: SourceOf,
  { email, password, rememberMe }: Credentials,
): Promise<{ token: string; user: SignedInUser }> {
  const attempt = await countAttempt(services.db.pool, 'account', email, services.clock()).catch(
    async (error: unknown) => {
      const locked = error instanceof AppError && error.code === 'rate_limited';
      if (locked) await recordLockedAccount(services, sourceOf, email);
      throw error;
    },
  );
  const found = await findUser(services, email);
  const passwordHash = found?.passwordHash ?? null;
  const isCorrect =
    passwordHash === null
      ? await hashPassword(password).then(() => false)
      : await verifyPassword({ hash: passwordHash, password });
  const user = found?.user;
  const refuse = async () => {
    await recordFailure(services, sourceOf, user, 'wrong_password', attempt);
    return new AppError('unauthenticated', 'Wrong e-mail or password.');
  };
  if (!isCorrect || !user) throw await refuse();
  if (!user.emailVerified) {
    await recordFailure(services, sourceOf, user, 'email_not_verified', attempt);
    throw new AppError('forbidden', 'Verify your e-mail address first: open the link we sent you.');
  }
  const token = await services.db.sequelize.transaction(async (transaction) => {
    // Held until commit: a reset that comes later ends this session too.
    const account = await services.db.models.Account.findOne({
      where: { userId: user.id, providerId: 'credential', password: passwordHash },
      lock: transaction.LOCK.SHARE,
      transaction,
    });
    if (!account) return undefined;
    await refundAttempt(services.db, transaction, attempt);
    return createSession(services, transaction, sourceOf(actorOf(user)), { user, rememberMe });
  });
  if (token === undefined) throw await refuse();
  return { token, user };
}

async function findUser(
  { db: { pool } }: ActContext,
  email: string,
): Promise<{ user: SignedInUser; passwordHash: string | null } | undefined> {
  const { rows } = await pool.query<SignedInUser & { passwordHash: string | null }>(
    `select u.id, u.name, u.email, u.email_verified as "emailVerified", u.image, u.created_at as "createdAt",
       u.updated_at as "updatedAt", a.password as "passwordHash"
     from users u left join accounts a on a.user_id = u.id and a.provider_id = 'credential'
     where u.email = $1`,
    [email],
  );
  if (!rows[0]) return undefined;
  const { passwordHash, ...user } = rows[0];
  return { user, passwordHash };
}

/** Once per window, in the trails of the user's organisations. */
async function recordLockedAccount(
  services: ActContext,
  sourceOf: SourceOf,
  email: string,
): Promise<void> {
  const found = await findUser(services, email);
  await services.db.sequelize.transaction(async (transaction) => {
    if (!(await markLockRecorded(services.db, transaction, email, services.clock()))) return;
    await recordPersonalAct(
      services,
      transaction,
      sourceOf(actorOf(found?.user)),
      failureOf(found?.user, 'account_locked'),
    );
  });
}

async function recordFailure(
  services: ActContext,
  sourceOf: SourceOf,
  user: SignedInUser | undefined,
  reason: ReasonCode,
  { subject }: Attempt,
): Promise<void> {
  await services.db.sequelize.transaction(async (transaction) => {
    // Changes nothing, but an unknown address, for which no event is recorded, now commits a write too.
    await services.db.sequelize.query(
      'update sign_in_limits set allowed = allowed where subject = $1',
      { bind: [subject], transaction },
    );
    await recordPersonalAct(
      services,
      transaction,
      sourceOf(actorOf(user)),
      failureOf(user, reason),
    );
  });
}

/** For an unknown user, the same statement runs and writes to no trail. */
function failureOf(user: SignedInUser | undefined, reason: ReasonCode) {
  const { id, name } = user ?? unknownUser;
  return {
    userId: user?.id ?? null,
    type: 'session.sign_in_failure' as const,
    targets: [{ type: 'user', id, name }] as [{ type: 'user'; id: string; name: string }],
    outcome: 'failure' as const,
    reason,
    details: {},
  };
}

function actorOf(user: SignedInUser | undefined) {
  const { id, name, email } = user ?? unknownUser;
  return { type: 'user', id, name, ...(email === undefined ? {} : { email }) } as const;
}

const unknownUser = { id: 'nobody', name: 'Nobody', email: undefined };
