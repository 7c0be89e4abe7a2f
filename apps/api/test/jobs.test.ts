/** Work in the background: enqueued with its act, run once, retried, and never lost. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { openDatabase } from '../src/db/database.ts';
import { createJobQueue } from '../src/jobs/job-queue.ts';
import { defineJob, GiveUpError, type Job } from '../src/jobs/job.ts';
import { hang } from './support/job-process.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

let database: TestDatabase;
let owner: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Pool({ connectionString: database.ownerUrl, max: 2 });
});

afterAll(async () => {
  await owner.end();
  await database[Symbol.asyncDispose]();
});

beforeEach(() => owner.query('delete from pgboss.schedule; delete from pgboss.job'));

/** What a test's jobs do. */
type Run = (n: number, signal: AbortSignal) => Promise<void>;

const count = defineJob({
  name: 'count',
  payload: z.object({ n: z.int() }),
  concurrency: 2,
  timeoutSeconds: 60,
  attempts: 3,
  run: (run: Run, { n }, signal) => run(n, signal),
});

/** The shortest possible timings. */
const timing = { superviseSeconds: 1, cronSeconds: 1, pollSeconds: 0.5, stopMs: 1_000 };

/** One process's queue, with its own connections, as audit_api. */
async function startQueue<Context>(context: Context, jobs: readonly Job<unknown, Context>[]) {
  const logged: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const db = openDatabase({ url: database.apiUrl });
  const { sequelize } = db;
  const queue = createJobQueue({ pool: db.jobs, sequelize, jobs, log, timing });
  await queue.start(context);
  return {
    logged,
    stop: queue.stop,
    enqueue: <Payload>(job: Job<Payload, Context>, payload: Payload, startAt?: Date) =>
      sequelize.transaction((transaction) =>
        queue.enqueue(transaction, job, payload, startAt ? { startAt } : {}),
      ),
    transaction: sequelize.transaction.bind(sequelize),
    queue,
    async [Symbol.asyncDispose]() {
      await queue.stop();
      await db.close();
    },
  };
}

interface Row {
  state: string;
  retry_count: number;
  output: unknown;
}

async function rows(name = count.name): Promise<Row[]> {
  const { rows: found } = await owner.query<Row>(
    'select state, retry_count, output from pgboss.job where name = $1 order by created_on',
    [name],
  );
  return found;
}

/** Ends the pause before the next attempt. */
const hasten = () =>
  owner.query(
    "update pgboss.job set start_after = now() - interval '1 second' where state = 'retry'",
  );

it('a job runs after its commit, never after a rollback, and leaves no row', async () => {
  const ran: number[] = [];
  await using process = await startQueue(async (n: number) => void ran.push(n), [count]);
  const undone = process.transaction(async (transaction) => {
    await process.queue.enqueue(transaction, count, { n: 1 });
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  await expect(process.enqueue(count, { n: 1.5 })).rejects.toThrow(z.ZodError);
  await process.transaction(async (transaction) => {
    await process.queue.enqueue(transaction, count, { n: 2 });
    await setTimeout(200);
    expect(ran).toEqual([]);
  });
  await expect.poll(() => ran).toEqual([2]);
  await expect.poll(() => rows()).toEqual([]);
});

it('runs without DDL rights, and the schema is the one pg-boss expects', async () => {
  const api = new pg.Pool({ connectionString: database.apiUrl, max: 1 });
  const { rows: rights } = await api.query(
    `select current_user::text as role, has_schema_privilege('pgboss', 'create') as creates,
            (select count(*)::int from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname = 'pgboss' and pg_has_role(c.relowner, 'usage')) as owned`,
  );
  expect(rights).toEqual([{ role: 'audit_api', creates: false, owned: 0 }]);
  await api.end();
  const boss = new PgBoss({ db: { executeSql: (text, values) => owner.query(text, values) } });
  expect(await boss.detectSchemaDrift()).toMatchObject({ ok: true, extraIndexes: [] });
});

it('two processes run each job once', async () => {
  const ran: number[] = [];
  const run = async (n: number) => void ran.push(n);
  await using one = await startQueue(run, [count]);
  await using _two = await startQueue(run, [count]);
  const numbers = Array.from({ length: 30 }, (_, n) => n);
  for (const n of numbers) await one.enqueue(count, { n });
  await expect.poll(() => rows(), { timeout: 10_000 }).toEqual([]);
  expect(ran.toSorted((a, b) => a - b)).toEqual(numbers);
});

it('a kind that hangs does not delay others, and keeps to its concurrency', async () => {
  let running = 0;
  const other = { ...count, name: 'other' };
  const ran: number[] = [];
  const release = Promise.withResolvers<void>();
  const slow = defineJob({
    ...count,
    name: 'slow',
    async run() {
      running += 1;
      await release.promise;
    },
  });
  await using process = await startQueue(async (n: number) => void ran.push(n), [slow, other]);
  for (const n of [1, 2, 3, 4, 5]) await process.enqueue(slow, { n });
  await expect.poll(() => running).toBe(2);
  await process.enqueue(other, { n: 6 });
  await expect.poll(() => ran).toEqual([6]);
  expect(running).toBe(2);
  release.resolve();
  await expect.poll(() => rows('slow')).toEqual([]);
});

it('a failing job is retried after a pause, and given up after the last attempt', async () => {
  await using process = await startQueue(
    async (n: number) => {
      throw Object.assign(new Error(`ada@example.org: ${n}`), { code: 'EWHATEVER' });
    },
    [count],
  );
  await process.enqueue(count, { n: 1 });
  for (const retry_count of [0, 1]) {
    await expect.poll(() => rows()).toMatchObject([{ state: 'retry', retry_count }]);
    const { rows: pauses } = await owner.query<{ seconds: number }>(
      'select extract(epoch from start_after - now())::float8 as seconds from pgboss.job',
    );
    expect(pauses[0]?.seconds).toBeGreaterThan(4 * 2 ** retry_count);
    await hasten();
  }
  await expect
    .poll(() => rows(), { timeout: 5_000 })
    .toMatchObject([
      {
        state: 'failed',
        retry_count: 2,
        output: { message: 'ada@example.org: 1', code: 'EWHATEVER' },
      },
    ]);
  const log = process.logged.join('\n');
  expect(log).toContain('a job was given up');
  expect(log).toContain('EWHATEVER');
  expect(log).not.toContain('ada@example.org');
});

it('a job that gives up is not retried', async () => {
  await using process = await startQueue(async () => {
    throw new GiveUpError('never');
  }, [count]);
  await process.enqueue(count, { n: 1 });
  await expect
    .poll(() => rows())
    .toMatchObject([{ state: 'failed', retry_count: 0, output: { message: 'never' } }]);
});

it('a job that takes too long is aborted and retried', async () => {
  const short = { ...count, timeoutSeconds: 1 };
  let runs = 0;
  await using process = await startQueue(
    async (_n: number, signal: AbortSignal) => {
      runs += 1;
      if (runs > 1) return;
      await once(signal, 'abort');
      throw signal.reason;
    },
    [short],
  );
  await process.enqueue(short, { n: 1 });
  await expect.poll(() => rows()).toMatchObject([{ state: 'retry' }]);
  await hasten();
  await expect.poll(() => rows()).toEqual([]);
  expect(runs).toBe(2);
});

it('a job waits for its time', async () => {
  const ran: number[] = [];
  await using process = await startQueue(async (n: number) => void ran.push(n), [count]);
  await process.enqueue(count, { n: 1 }, new Date(Date.now() + 60_000));
  await process.enqueue(count, { n: 2 });
  await expect.poll(() => ran).toEqual([2]);
  await owner.query('update pgboss.job set start_after = now()');
  await expect.poll(() => ran, { timeout: 5_000 }).toEqual([2, 1]);
});

it('the job of a killed process runs again in another', async () => {
  let ran = 0;
  const run = async () => void (ran += 1);
  const child = spawn(
    process.execPath,
    [...process.execArgv, join(import.meta.dirname, 'support/job-process.ts'), database.apiUrl],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(child.stdout, 'data');
  {
    await using enqueuing = await startQueue({ run }, []);
    await enqueuing.enqueue(hang, {});
  }
  await once(child.stdout, 'data');
  await using _other = await startQueue({ run }, [hang]);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await rows('hang')).toMatchObject([{ state: 'active' }]);
  // As if it had not been refreshed for that long.
  await owner.query("update pgboss.job set heartbeat_on = heartbeat_on - interval '20 seconds'");
  await expect.poll(() => rows('hang'), { timeout: 10_000 }).toMatchObject([{ state: 'retry' }]);
  await hasten();
  await expect.poll(() => ran, { timeout: 5_000 }).toBe(1);
  await expect.poll(() => rows('hang')).toEqual([]);
});

it('a scheduled job runs once for all processes', async () => {
  const ran: number[] = [];
  const now = Date.now();
  const hourly = defineJob({
    name: 'hourly',
    payload: z.object({}),
    concurrency: 1,
    timeoutSeconds: 60,
    attempts: 3,
    // An occurrence of the last minute is due.
    cron: `${new Date(now).getUTCMinutes()} * * * *`,
    run: async (context: number[]) => void context.push(1),
  });
  await using _one = await startQueue(ran, [hourly]);
  await expect.poll(() => ran.length).toBe(1);
  // The other process looks at the clock too, within the same minute.
  await owner.query('update pgboss.version set cron_on = null');
  await using _two = await startQueue(ran, [hourly]);
  await expect
    .poll(async () => (await owner.query('select cron_on from pgboss.version')).rows[0])
    .not.toEqual({ cron_on: null });
  await setTimeout(1_500);
  expect(ran).toHaveLength(1);
});

it('stopping lets a job finish, and releases one that hangs', async () => {
  const started: number[] = [];
  const finish = Promise.withResolvers<void>();
  let aborted = false;
  await using process = await startQueue(
    async (n: number, signal: AbortSignal) => {
      started.push(n);
      if (n === 1) return finish.promise;
      await once(signal, 'abort');
      aborted = true;
      throw new Error('aborted');
    },
    [count],
  );
  await process.enqueue(count, { n: 1 });
  await process.enqueue(count, { n: 2 });
  await expect.poll(() => started.length).toBe(2);
  const startedAt = Date.now();
  const stopped = process.stop();
  finish.resolve();
  await stopped;
  expect(Date.now() - startedAt).toBeLessThan(5_000);
  expect(aborted).toBe(true);
  expect(await rows()).toMatchObject([{ state: 'retry' }]);
});
