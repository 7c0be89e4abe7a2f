/** What a job is: work that a request or a clock asks for, done in the background. */

import type { z } from 'zod';

export interface Job<Payload, Context = unknown> {
  /** Names the queue in the database, so it never changes. */
  name: string;
  /** Running jobs outlive an upgrade: a new field is optional, and a field that is still queued stays readable. */
  payload: z.ZodType<Payload>;
  /** Runs at a time in one process. Kinds do not share it, so one that hangs delays no other. */
  concurrency: number;
  /** The signal aborts after this, and the attempt counts as failed. */
  timeoutSeconds: number;
  /** Includes the first. */
  attempts: number;
  /** Five fields, UTC. Enqueues the job with `{}`, once for all processes. */
  cron?: string;
  /** False where this process lacks what the job needs: others run it. */
  isEnabled?(context: Context): boolean;
  /**
   * May run again after it succeeded, when the process dies before that is stored: make it idempotent, or harmless
   * twice.
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
