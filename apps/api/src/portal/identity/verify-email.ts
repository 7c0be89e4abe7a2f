/** Makes the account that somebody signed up for, once the address has proved to be theirs, and signs them in. */

import { AppError } from '@liblab/audit-core';
import { verifyPassword } from 'better-auth/crypto';
import { Op } from 'sequelize';
import { readLinkToken } from '../../access/link-token.ts';
import type { SourceOf } from '../../access/source.ts';
import { recordAct, type ActContext } from '../../trail/record/record-act.ts';
import { createSession } from './create-session.ts';
import { insertUser } from '../accounts/create-user.ts';
import { placeByDomain } from './join-by-domain.ts';
import type { PortalContext } from '../portal-context.ts';
import { countAttempt, forgiveAttempt } from './sign-in-limits.ts';

/**
 * Makes user, account, what the domain gives them and their first session together or not at all; the link opens
 * nothing afterwards. The link proves the address and the password who signed up: with the link alone, the account
 * would open to whoever signed up somebody else's address.
 *
 * @returns the session's token, which only its cookie carries
 * @throws AppError `not_found` for a link that is cut short, used, replaced or over; `unauthenticated` for another
 *   password than the sign-up's; `rate_limited`; `conflict` when the address got an account by other means
 */
export async function verifyEmail(
  services: PortalContext,
  sourceOf: SourceOf,
  { token, password }: { token: string; password: string },
): Promise<string> {
  const { db, clock, config } = services;
  const signUpId = readLinkToken(config.secret, 'verify-email', token);
  if (signUpId === undefined) throw linkIsClosed();
  const attempt = await countAttempt(db.pool, 'link', signUpId, clock());
  await requirePassword(services, signUpId, password);
  return db.sequelize.transaction(async (transaction) => {
    const createdAt = new Date(clock());
    // Locked: of two that use the link at the same time, the second finds it gone.
    const signUp = await db.models.SignUp.findOne({
      where: { id: signUpId, expiresAt: { [Op.gt]: createdAt } },
      lock: transaction.LOCK.UPDATE,
      transaction,
    });
    if (!signUp) throw linkIsClosed();
    const { email, name, password: passwordHash } = signUp;
    const { id } = await insertUser(services, transaction, {
      email,
      name,
      passwordHash,
      emailVerified: true,
      createdAt,
    });
    const source = sourceOf({ type: 'user', id, email, name });
    // They wait for the trail that the place has, and go there at once when there is one.
    await recordAct(services, transaction, source, {
      type: 'user.create',
      firstTrailOf: id,
      targets: [{ type: 'user', id, name }],
      details: { email, name, via: 'sign-up' },
    });
    await recordAct(services, transaction, source, {
      type: 'user.verified_email',
      firstTrailOf: id,
      targets: [{ type: 'user', id, name }],
      details: { email },
    });
    await placeByDomain(services, transaction, source, { id, email, name });
    await forgiveAttempt(db, transaction, attempt);
    return createSession(services, transaction, source, { user: { id, name }, rememberMe: true });
  });
}

/** A sign-up never changes under its id: what was compared is what the account gets. */
async function requirePassword(
  { db: { models }, clock }: Pick<ActContext, 'db' | 'clock'>,
  signUpId: string,
  password: string,
): Promise<void> {
  const signUp = await models.SignUp.findOne({
    where: { id: signUpId, expiresAt: { [Op.gt]: new Date(clock()) } },
  });
  if (!signUp) throw linkIsClosed();
  if (await verifyPassword({ hash: signUp.password, password })) return;
  throw new AppError(
    'unauthenticated',
    'Wrong password. Enter the password that was chosen at sign-up. If somebody else signed up with your address, sign up again to replace it.',
  );
}

function linkIsClosed(): AppError {
  return new AppError(
    'not_found',
    'This link is invalid or has expired. Links to verify an address work once, for 24 hours, and only the newest one works. Sign in, or sign up again.',
  );
}
