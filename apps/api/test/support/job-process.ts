/** A process that takes the job `hang` and never finishes it, to be killed: `node job-process.ts <database URL>`. */

import { pino } from 'pino';
import { z } from 'zod';
import { openDatabase } from '../../src/db/database.ts';
import { createJobQueue } from '../../src/jobs/job-queue.ts';
import { defineJob } from '../../src/jobs/job.ts';

export const hang = defineJob({
  name: 'hang',
  payload: z.object({}),
  concurrency: 1,
  timeoutSeconds: 600,
  attempts: 3,
  run: (context: { run(): Promise<void> }) => context.run(),
});

if (import.meta.main) {
  const db = openDatabase({ url: process.argv[2] as string });
  const jobs = createJobQueue({
    pool: db.jobs,
    sequelize: db.sequelize,
    jobs: [hang],
    log: pino({ level: 'silent' }),
  });
  await jobs.start({
    run() {
      process.stdout.write('took it\n');
      return new Promise(() => {});
    },
  });
  process.stdout.write('ready\n');
}
