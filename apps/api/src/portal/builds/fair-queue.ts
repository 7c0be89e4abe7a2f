/** Runs tasks of several owners fairly: many or slow tasks of one owner do not delay those of others. */

import { AppError } from '@liblab/audit-core';

export interface FairQueueOptions {
  /** Concurrent tasks, of which at most one per owner. */
  runningMax: number;
  /** Waiting tasks. */
  waitingMax: { perOwner: number; total: number };
  /** The tasks' name in the error message, such as `builds with documents`. */
  name: string;
}

export interface FairQueue {
  /**
   * Runs the task when it is the owner's turn.
   *
   * @throws AppError `rate_limited` when too many tasks are waiting
   */
  run<Result>(owner: string, work: () => Promise<Result>): Promise<Result>;
}

export function createFairQueue({ runningMax, waitingMax, name }: FairQueueOptions): FairQueue {
  /** Owners with a running task. */
  const busy = new Set<string>();
  /** Waiting tasks by owner. An owner who was served moves to the end. */
  const queues = new Map<string, (() => void)[]>();

  function startNext(): void {
    for (const [owner, queue] of queues) {
      if (busy.size >= runningMax) return;
      if (busy.has(owner)) continue;
      const start = queue.shift();
      queues.delete(owner);
      if (queue.length > 0) queues.set(owner, queue);
      busy.add(owner);
      start?.();
    }
  }

  function requireCapacity(owner: string): void {
    const total = [...queues.values()].reduce((sum, { length }) => sum + length, 0);
    const own = queues.get(owner)?.length ?? 0;
    if (own < waitingMax.perOwner && total < waitingMax.total) return;
    throw new AppError(
      'rate_limited',
      `Too many ${name} are waiting. The limit is ${waitingMax.perOwner} per organisation and ${waitingMax.total} in total. Try again in 5 seconds.`,
      { retryAfterSeconds: 5 },
    );
  }

  return {
    async run(owner, work) {
      requireCapacity(owner);
      const { promise: turn, resolve } = Promise.withResolvers<void>();
      const queue = queues.get(owner) ?? [];
      queue.push(resolve);
      queues.set(owner, queue);
      startNext();
      await turn;
      try {
        return await work();
      } finally {
        busy.delete(owner);
        startNext();
      }
    },
  };
}
