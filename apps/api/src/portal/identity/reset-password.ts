/** A new password by a link to the user's address. */

import { AppError } from '@liblab/audit-core';
import { hashPassword } from 'better-auth/crypto';
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
    const run = async (text: string, bind: unknown[]) =>
      (await db.sequelize.query(text, { bind, transaction }))[0];
    const [user] = (await run(
      `with used as (delete from password_resets where id = $1 and expires_at > $2 returning user_id)
       select u.id, u.email, u.name from used join users u on u.id = used.user_id`,
      [resetId, now],
    )) as { id: string; email: string; name: string }[];
    if (!user) throw linkIsClosed();
    const { id, email, name } = user;
    await run(
      "update accounts set password = $2, updated_at = $3 where user_id = $1 and provider_id = 'credential'",
      [id, passwordHash, now],
    );
    await run('delete from sessions where user_id = $1', [id]);
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
    'The link opens nothing: it is cut short, older than an hour, used, or replaced by a newer one. Ask for another.',
  );
}
