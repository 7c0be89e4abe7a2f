/** A new password by a link to the user's address. */

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
 * Sends the link to a user. The address is looked up in the background, so that the answer costs the same for an unknown
 * one.
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
 * Sets the password and ends every session of the user; the link opens nothing afterwards. It proves the address too.
 *
 * @throws AppError `not_found` for a link that is cut short, used, replaced or over; `bad_request`
 */
export async function resetPassword(
  services: PortalContext,
  sourceOf: SourceOf,
  { token, password }: { token: string; password: string },
): Promise<{ email: string }> {
  const { db, clock, config } = services;
  const resetId = readLinkToken(config.secret, 'reset-password', token);
  if (resetId === undefined) throw linkIsClosed();
  const checked = parseInput(userShape.pick({ password: true }), { password });
  const passwordHash = await hashPassword(checked.password);
  return db.sequelize.transaction(async (transaction) => {
    const now = new Date(clock());
    const { PasswordReset, Account, Session } = db.models;
    // Locked: of two that use the link at the same time, the second finds it gone.
    const reset = await PasswordReset.findOne({
      where: { id: resetId, expiresAt: { [Op.gt]: now } },
      include: [{ association: 'user', required: true }],
      lock: { level: transaction.LOCK.UPDATE, of: PasswordReset },
      transaction,
    });
    if (!reset?.user) throw linkIsClosed();
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

function linkIsClosed(): AppError {
  return new AppError(
    'not_found',
    'This link is invalid or has expired. Links to reset a password work once, for one hour, and only the newest one works. Request another link.',
  );
}
