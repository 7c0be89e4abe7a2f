/** Resets a password with a link that is sent to the user's address. */

import { AppError } from '@liblab/audit-core';
import { hashPassword } from 'better-auth/crypto';
import { Op } from 'sequelize';
import { readLinkToken } from '../../access/link-token.ts';
import { parseInput } from '../../http/parse-input.ts';
import type { SourceOf } from '../../access/source.ts';
import { recordPersonalAct } from '../../trail/record/record-act.ts';
import { requireMail } from '../mail/require-mail.ts';
import { userShape } from '../accounts/create-user.ts';
import type { PortalContext } from '../portal-context.ts';
import { sendResetLink } from './send-reset-link.ts';

/**
 * Sends the link if the address has an account. A job looks that up, so the response takes the same time either way.
 *
 * @throws AppError `bad_request`, `mail_unavailable`
 */
export async function requestReset(
  { db, jobs, config }: PortalContext,
  address: string,
): Promise<void> {
  requireMail(config);
  const { email } = parseInput(userShape.pick({ email: true }), { email: address });
  await db.sequelize.transaction((transaction) =>
    jobs.enqueue(transaction, sendResetLink, { email }),
  );
}

/**
 * Sets the password, ends all sessions of the user, and uses up the link.
 *
 * @throws AppError `not_found` when the link is incomplete, used, replaced or expired; `bad_request`
 */
export async function resetPassword(
  services: PortalContext,
  sourceOf: SourceOf,
  { token, password }: { token: string; password: string },
): Promise<{ email: string }> {
  const { db, clock, config } = services;
  const resetId = readLinkToken(config.secret, 'reset-password', token);
  if (resetId === undefined) throw invalidLink();
  const checked = parseInput(userShape.pick({ password: true }), { password });
  const passwordHash = await hashPassword(checked.password);
  return db.sequelize.transaction(async (transaction) => {
    const now = new Date(clock());
    const { PasswordReset, Account, Session } = db.models;
    // Locked, so a concurrent second use finds no row.
    const reset = await PasswordReset.findOne({
      where: { id: resetId, expiresAt: { [Op.gt]: now } },
      include: [{ association: 'user', required: true }],
      lock: { level: transaction.LOCK.UPDATE, of: PasswordReset },
      transaction,
    });
    if (!reset?.user) throw invalidLink();
    const { id, email, name } = reset.user;
    await reset.destroy({ transaction });
    await Account.update(
      { password: passwordHash, updatedAt: now },
      { where: { userId: id, providerId: 'credential' }, transaction },
    );
    await Session.destroy({ where: { userId: id }, transaction });
    await recordPersonalAct(services, transaction, sourceOf({ type: 'user', id, email, name }), {
      userId: id,
      type: 'user.reset_password',
      targets: [{ type: 'user', id, name }],
      details: {},
    });
    return { email };
  });
}

function invalidLink(): AppError {
  return new AppError(
    'not_found',
    'This link is invalid or has expired. Links to reset a password work once, for one hour, and only the newest one works. Request another link.',
  );
}
