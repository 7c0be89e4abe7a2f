/** Creates the account of a sign-up once the address is verified, and signs the user in. */

import { AppError } from '@liblab/audit-core';
import { verifyPassword } from 'better-auth/crypto';
import { Op } from 'sequelize';
import { readLinkToken } from '../../access/link-token.ts';
import type { SourceOf } from '../../access/source.ts';
import { recordAct, type ActContext } from '../../trail/record/record-act.ts';
import { createSession } from './create-session.ts';
import { insertUser } from '../accounts/create-user.ts';
import { addToDomainOrganization } from './join-by-domain.ts';
import type { PortalContext } from '../portal-context.ts';
import { countAttempt, refundAttempt } from './sign-in-limits.ts';

/**
 * Creates user, account, membership by domain and first session atomically, and uses up the link. The link proves the
 * address; the password proves that the same person signed up. Without it, anyone could sign up with somebody else's
 * address, wait until its owner opens the link, and sign in with the password they chose.
 *
 * @returns the session's token; send it in the cookie only
 * @throws AppError `not_found` when the link is incomplete, used, replaced or expired; `unauthenticated` for a wrong
 *   password; `rate_limited`; `conflict` when the address already has an account
 */
export async function verifyEmail(
  services: PortalContext,
  sourceOf: SourceOf,
  { token, password }: { token: string; password: string },
): Promise<string> {
  const { db, clock, config } = services;
  const signUpId = readLinkToken(config.secret, 'verify-email', token);
  if (signUpId === undefined) throw invalidLink();
  const attempt = await countAttempt(db.pool, 'link', signUpId, clock());
  await requirePassword(services, signUpId, password);
  return db.sequelize.transaction(async (transaction) => {
    const createdAt = new Date(clock());
    // Locked, so a concurrent second use finds no row.
    const signUp = await db.models.SignUp.findOne({
      where: { id: signUpId, expiresAt: { [Op.gt]: createdAt } },
      lock: transaction.LOCK.UPDATE,
      transaction,
    });
    if (!signUp) throw invalidLink();
    const { email, name, password: passwordHash } = signUp;
    const { id } = await insertUser(services, transaction, {
      email,
      name,
      passwordHash,
      emailVerified: true,
      createdAt,
    });
    const source = sourceOf({ type: 'user', id, email, name });
    // Queued until the user joins an organisation, which may happen in this transaction.
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
    await addToDomainOrganization(services, transaction, source, { id, email, name });
    await refundAttempt(db, transaction, attempt);
    return createSession(services, transaction, source, { user: { id, name }, rememberMe: true });
  });
}

/** A sign-up never changes under its id, so the account gets the password that was compared. */
async function requirePassword(
  { db: { models }, clock }: Pick<ActContext, 'db' | 'clock'>,
  signUpId: string,
  password: string,
): Promise<void> {
  const signUp = await models.SignUp.findOne({
    where: { id: signUpId, expiresAt: { [Op.gt]: new Date(clock()) } },
  });
  if (!signUp) throw invalidLink();
  if (await verifyPassword({ hash: signUp.password, password })) return;
  throw new AppError(
    'unauthenticated',
    'Wrong password. Enter the password that was chosen at sign-up. If somebody else signed up with your address, sign up again to replace it.',
  );
}

function invalidLink(): AppError {
  return new AppError(
    'not_found',
    'This link is invalid or has expired. Links to verify an address work once, for 24 hours, and only the newest one works. Sign in, or sign up again.',
  );
}
