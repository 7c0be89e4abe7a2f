/** Work that waits for its turn, fairly: whoever brings much of it, or slow work, holds up their own. */

import { AppError } from '@liblab/audit-core';

export interface FairQueueOptions {
  /** How much runs at a time, one piece of an owner at most. */
  running: number;
  /** How much may wait, of one owner and in all. */
  waiting: { ofOne: number; inAll: number };
  /** What is full, as a message says it: `builds with documents`. */
  name: string;
}

export interface FairQueue {
  /** Runs it when it is the owner's turn. Throws `rate_limited` when too much waits. */
  run<Result>(owner: string, work: () => Promise<Result>): Promise<Result>;
}

export function createFairQueue({ running, waiting, name }: FairQueueOptions): FairQueue {
  /** Owners whose work runs. */
  const busy = new Set<string>();
  /** What waits of each owner; who was served goes behind the others. */
  const queues = new Map<string, (() => void)[]>();

  function startNext(): void {
    for (const [owner, queue] of queues) {
      if (busy.size >= running) return;
      if (busy.has(owner)) continue;
      const start = queue.shift();
      queues.delete(owner);
      if (queue.length > 0) queues.set(owner, queue);
      busy.add(owner);
      start?.();
    }
  }

  function requireCapacity(owner: string): void {
    const inAll = [...queues.values()].reduce((sum, { length }) => sum + length, 0);
    const own = queues.get(owner)?.length ?? 0;
    if (own < waiting.ofOne && inAll < waiting.inAll) return;
    throw new AppError(
      'rate_limited',
      `Too many ${name} are waiting. The limit is ${waiting.ofOne} per organisation and ${waiting.inAll} in total. Try again in 5 seconds.`,
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
