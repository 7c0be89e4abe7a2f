/** Starts a sign-up: sends a link to the address. The account is created when the link is used. */

import { randomUUID } from 'node:crypto';
import { hashPassword } from 'better-auth/crypto';
import type { z } from 'zod';
import { parseInput } from '../../http/parse-input.ts';
import { queueMail } from '../mail/queue-mail.ts';
import { requireMail } from '../mail/require-mail.ts';
import type { PortalContext } from '../portal-context.ts';
import { userShape } from '../accounts/create-user.ts';

const linkMs = 24 * 60 * 60 * 1000;

/**
 * An address that already has an account gets an e-mail that says so; the response is the same. A newer sign-up replaces
 * an older one and invalidates its link.
 *
 * @throws AppError `bad_request`, `mail_unavailable`
 */
export async function signUp(
  services: PortalContext,
  person: z.input<typeof userShape>,
): Promise<void> {
  const { db, clock, config } = services;
  requireMail(config);
  const { email: recipient, name, password } = parseInput(userShape, person);
  const passwordHash = await hashPassword(password);
  await db.sequelize.transaction(async (transaction) => {
    const signUpId = randomUUID();
    const [inserted] = await db.sequelize.query(
      `insert into sign_ups (id, email, name, password, expires_at)
       select $1, $2, $3, $4, $5 where not exists (select from users where email = $2)
       on conflict (email) do update
         set id = excluded.id, name = excluded.name, password = excluded.password, expires_at = excluded.expires_at
       returning id`,
      {
        bind: [signUpId, recipient, name, passwordHash, new Date(clock() + linkMs)],
        transaction,
      },
    );
    await (inserted.length > 0
      ? queueMail(services, transaction, {
          recipient,
          template: 'verify-email',
          data: { signUpId },
        })
      : queueMail(services, transaction, { recipient, template: 'account-exists', data: {} }));
  });
}
