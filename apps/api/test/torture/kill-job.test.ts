/** A process is killed while it runs a job: another runs it again within a minute, with the service's own timing. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { createJobQueue } from '../../src/jobs/job-queue.ts';
import { hang } from '../support/job-process.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { much, report, timeoutMs } from './counts.ts';

it.runIf(much)(
  'the job of a killed process runs again within a minute',
  { timeout: timeoutMs },
  async () => {
    await using database = await createTestDatabase();
    const child = spawn(
      process.execPath,
      [
        ...process.execArgv,
        join(import.meta.dirname, '../support/job-process.ts'),
        database.apiUrl,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(child.stdout, 'data');
    const db = openDatabase({ url: database.apiUrl });
    const { sequelize } = db;
    const log = pino({ level: 'silent' });
    const queue = createJobQueue({ pool: db.jobs, sequelize, jobs: [hang], log });
    await sequelize.transaction((transaction) => queue.enqueue(transaction, hang, {}));
    await once(child.stdout, 'data');
    const again = Promise.withResolvers<void>();
    await queue.start({ run: async () => again.resolve() });
    child.kill('SIGKILL');
    const killedAt = Date.now();
    await again.promise;
    const seconds = Math.round((Date.now() - killedAt) / 1000);
    expect(seconds).toBeLessThan(60);
    report('job of a killed process', { 'seconds until it ran again': seconds });
    await queue.stop();
    await db.close();
  },
);
