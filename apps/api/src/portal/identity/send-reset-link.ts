/** The job that sends a user the link to reset their password. */

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { defineJob } from '../../jobs/job.ts';
import { queueMail } from '../mail/queue-mail.ts';
import type { PortalContext } from '../portal-context.ts';

const linkMs = 60 * 60 * 1000;

/** Sends nothing to an unknown address. A newer link replaces an older one. */
export const sendResetLink = defineJob({
  name: 'send-reset-link',
  payload: z.object({ email: z.string() }),
  concurrency: 1,
  timeoutSeconds: 30,
  attempts: 10,
  async run(services: PortalContext, { email }) {
    const { db, clock } = services;
    await db.sequelize.transaction(async (transaction) => {
      const [resets] = await db.sequelize.query(
        `insert into password_resets (id, user_id, expires_at)
         select $1, id, $2 from users where email = $3
         on conflict (user_id) do update set id = excluded.id, expires_at = excluded.expires_at
         returning id as "resetId"`,
        { bind: [randomUUID(), new Date(clock() + linkMs), email], transaction },
      );
      for (const data of resets as { resetId: string }[]) {
        await queueMail(services, transaction, {
          recipient: email,
          template: 'reset-password',
          data,
        });
      }
    });
  },
});
