/** The job that deletes expired sign-ups and password resets. */

import { z } from 'zod';
import { defineJob } from '../../jobs/job.ts';
import type { PortalContext } from '../portal-context.ts';

export const deleteExpiredLinks = defineJob({
  name: 'delete-expired-links',
  payload: z.object({}),
  concurrency: 1,
  timeoutSeconds: 60,
  attempts: 3,
  cron: '17 * * * *',
  async run({ db, clock }: PortalContext) {
    const now = new Date(clock());
    await db.jobs.query('delete from sign_ups where expires_at < $1', [now]);
    await db.jobs.query('delete from password_resets where expires_at < $1', [now]);
  },
});
