/** Background jobs: work that a request or a schedule starts. */

import type { z } from 'zod';

export interface Job<Payload, Context = unknown> {
  /** Names the queue in the database, so it never changes. */
  name: string;
  /** Must accept jobs that were queued by the previous version: make new fields optional, and keep old ones readable. */
  payload: z.ZodType<Payload>;
  /** Concurrent runs in one process. Each kind of job has its own, so one that hangs does not delay others. */
  concurrency: number;
  /** After this the signal aborts and the attempt counts as failed. */
  timeoutSeconds: number;
  /** Including the first. */
  attempts: number;
  /** Five fields, UTC. Enqueues the job with `{}`, once for all processes. */
  cron?: string;
  /** False when this process lacks a service that the job needs; other processes run it. */
  isEnabled?(context: Context): boolean;
  /**
   * May run again after a success, if the process dies before the result is stored. Make it idempotent.
   *
   * @throws GiveUpError when no further attempt can succeed; any other error is retried
   */
  run(context: Context, payload: Payload, signal: AbortSignal): Promise<void>;
}

/** Infers the payload and context of a job. */
export function defineJob<Payload, Context>(job: Job<Payload, Context>): Job<Payload, Context> {
  return job;
}

/** Ends a job without further attempts. */
export class GiveUpError extends Error {
  override name = 'GiveUpError';
}
