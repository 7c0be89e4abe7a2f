/** The one way to run work in the background: typed jobs on pg-boss, whose tables any number of processes share. */

import type { Logger } from 'pino';
import type { Pool } from 'pg';
import { PgBoss, type JobResult, type Job as ClaimedJob } from 'pg-boss';
import type { Sequelize, Transaction } from 'sequelize';
import { GiveUpError, type Job } from './job.ts';

/** The part of the queue that operations need. */
export interface JobsContext {
  jobs: Pick<JobQueue<never>, 'enqueue'>;
}

export interface JobQueue<Context> {
  /**
   * Adds a job in the caller's transaction: it runs soon after the commit, and never after a rollback.
   * @throws ZodError for a payload that the job's schema rejects
   */
  enqueue<Payload>(
    transaction: Transaction,
    job: Pick<Job<Payload>, 'name' | 'payload'>,
    payload: Payload,
    options?: EnqueueOptions,
  ): Promise<void>;
  /** Starts running the jobs. */
  start(context: Context): Promise<void>;
  /** Takes no more jobs and waits up to 5 seconds for running ones. Jobs that still run then are retried. */
  stop(): Promise<void>;
}

export interface EnqueueOptions {
  /** Immediately when absent. */
  startAt?: Date;
}

export interface JobQueueOptions<Context> {
  /** Role audit_api. */
  pool: Pool;
  sequelize: Sequelize;
  jobs: readonly Job<unknown, Context>[];
  log: Logger;
  /** Shorter for tests. */
  timing?: typeof defaultTiming;
}

/** A process refreshes its running jobs; a job that is not refreshed counts as failed. */
const lease = { refreshSeconds: 5, lostAfterSeconds: 20 };

/** The first pause is 5 to 10 s; each further one is about twice as long. */
const retry = { firstSeconds: 5, longestSeconds: 60 * 60 };

/** With the lease and the first pause, the job of a killed process runs again within 45 s. */
const defaultTiming = {
  /** Interval of checks for lost jobs. */
  superviseSeconds: 10,
  /** Interval of checks for scheduled jobs. */
  cronSeconds: 5,
  /**
   * Interval of checks for delayed jobs and jobs from other processes. A commit in this process wakes its workers
   * immediately.
   */
  pollSeconds: 2,
  /** How long stopping waits for running jobs. */
  stopMs: 5_000,
};

/** Postgres' largest integer: waiting jobs are never deleted. */
const foreverSeconds = 2 ** 31 - 1;

export function createJobQueue<Context>({
  pool,
  sequelize,
  jobs,
  log,
  timing = defaultTiming,
}: JobQueueOptions<Context>): JobQueue<Context> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    // The migrations of this service install pg-boss's schema, so there is nothing to migrate at run time. With `false`, a
    // process of the previous version could not restart once a newer schema is installed.
    migrate: true,
    createSchema: false,
    superviseIntervalSeconds: timing.superviseSeconds,
    monitorIntervalSeconds: timing.superviseSeconds,
    cronWorkerIntervalSeconds: timing.cronSeconds,
    schedule: jobs.some(({ cron }) => cron !== undefined),
    // Needs ownership of the indexes.
    reindex: false,
    registerInstance: false,
    // No job depends on another.
    flowIntervalSeconds: 60 * 60,
  });
  boss.on('error', (error) => log.warn({ err: error }, 'the job queue failed'));
  // Not the data, which contains statements with their values.
  boss.on('warning', ({ message }) => log.warn(message));
  const workers = new Map<string, string[]>();

  function wake(name: string): void {
    for (const worker of workers.get(name) ?? []) boss.notifyWorker(worker);
  }

  async function startWorkers(job: Job<unknown, Context>, context: Context): Promise<void> {
    const options = {
      pollingIntervalSeconds: timing.pollSeconds,
      heartbeatRefreshSeconds: lease.refreshSeconds,
      perJobResults: true,
    } as const;
    const ids = await Promise.all(
      Array.from({ length: job.concurrency }, () =>
        boss.work<unknown, unknown, typeof options>(job.name, options, async ([claimed]) => {
          const result = await runJob(boss, job, context, claimed as ClaimedJob<unknown>, log);
          // Takes the next job now instead of at the next poll.
          wake(job.name);
          return [result];
        }),
      ),
    );
    workers.set(job.name, ids);
  }

  return {
    async enqueue(transaction, { name, payload: schema }, payload, { startAt } = {}) {
      await boss.send(name, schema.parse(payload) as object, {
        ...(startAt ? { startAfter: startAt } : {}),
        db: {
          async executeSql(text, bind = []) {
            const [rows] = await sequelize.query(text, { bind, transaction });
            return { rows };
          },
        },
      });
      transaction.afterCommit(() => wake(name));
    },
    async start(context) {
      for (const job of jobs) {
        const { name, cron } = job;
        await boss.createQueue(name, queueOptions(job));
        await boss.updateQueue(name, queueOptions(job));
        // Runs that were missed while no process was up are enqueued once.
        if (cron) await boss.schedule(name, cron, {}, { tz: 'UTC', missed: 'once' });
        else await boss.unschedule(name);
      }
      await boss.start();
      for (const job of jobs) {
        if (job.isEnabled?.(context) ?? true) await startWorkers(job, context);
      }
    },
    stop: () => boss.stop({ timeout: timing.stopMs }),
  };
}

function queueOptions({ timeoutSeconds, attempts }: Job<unknown>) {
  return {
    expireInSeconds: timeoutSeconds,
    heartbeatSeconds: lease.lostAfterSeconds,
    retryLimit: attempts - 1,
    retryBackoff: true,
    retryDelay: retry.firstSeconds,
    retryDelayMax: retry.longestSeconds,
    retentionSeconds: foreverSeconds,
    // 0 means never: failed jobs stay for the operator.
    deleteAfterSeconds: 0,
  };
}

async function runJob<Context>(
  boss: PgBoss,
  job: Job<unknown, Context>,
  context: Context,
  { id, data, signal, retryCount }: ClaimedJob<unknown>,
  log: Logger,
): Promise<JobResult> {
  try {
    await job.run(context, job.payload.parse(data), signal);
  } catch (error) {
    const givenUp = error instanceof GiveUpError || retryCount >= job.attempts - 1;
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const { code } = error as { code?: string };
    // Not the message, which may name a person; the job's row keeps it.
    log[givenUp ? 'error' : 'warn'](
      { job: job.name, id, attempt: retryCount + 1, error: name, code },
      givenUp ? 'a job was given up' : 'a job failed and is retried',
    );
    return { id, status: givenUp ? 'deadletter' : 'failed', output: { message, code } };
  }
  // Payloads contain personal data, so finished jobs are deleted.
  await boss.deleteJob(job.name, id);
  return { id, status: 'completed' };
}
