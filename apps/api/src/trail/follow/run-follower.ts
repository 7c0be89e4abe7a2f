/** Runs one follower: soon after each commit, and over trails that no hint named. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { PlacedEvent } from '../store/row-codec.ts';
import { advance, type FollowContext } from './advance.ts';
import type { Follower } from './follower.ts';

export interface FollowerOptions extends FollowContext {
  log: Logger;
  /** How often trails without a hint are looked for, and failed ones retried; 10 s when absent. */
  sweepMs?: number;
}

export interface RunningFollower {
  /** A trail has grown, by these events. May be lost: the sweep finds the trail, and the events are read back. */
  hint(organizationId: string, events?: readonly PlacedEvent[]): void;
  /** Finishes the transaction under way. */
  stop(): Promise<void>;
}

/** Events held in memory until they are applied, of all trails; further ones are read back. */
const heldMax = 20_000;
/**
 * After each round the follower rests for 30 times as long as the round took, up to `restMaxMs`: commits that arrive
 * meanwhile share a transaction, so following costs few percent however small the commits are. After the rest, a hint is
 * served immediately.
 */
const restFactor = 30;
const restMaxMs = 250;
/** Another process holds the position for about one transaction. */
const busyRestMs = 50;
const timerMaxMs = 2 ** 31 - 1;

/** Several processes may run the same follower; the lock on its position lets one at a time move it in a trail. */
export function runFollower(
  follower: Follower,
  { log, sweepMs = 10_000, ...ctx }: FollowerOptions,
): RunningFollower {
  /** Trails that have grown, with the commits that hinted so. */
  const grown = new Map<string, (readonly PlacedEvent[])[]>();
  /** Trails that the follower failed in since the last sweep. */
  const failed = new Set<string>();
  let held = 0;
  let sweepAt = 0;
  let wake = () => {};
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = run();

  function hint(organizationId: string, events: readonly PlacedEvent[] = []): void {
    if (failed.has(organizationId)) return;
    let commits = grown.get(organizationId);
    if (!commits) grown.set(organizationId, (commits = []));
    if (events.length > 0 && held + events.length <= heldMax) {
      held += events.length;
      commits.push(events);
    }
    wake();
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const startedAt = performance.now();
      if (startedAt >= sweepAt) await sweep();
      const left = await advanceAll();
      if (left === 'behind') continue;
      const tookMs = performance.now() - startedAt;
      const restMs = left === 'busy' ? busyRestMs : Math.min(restMaxMs, restFactor * tookMs);
      await delay(restMs, undefined, { signal }).catch(() => {});
      if (grown.size === 0 && !signal.aborted) await hinted(sweepAt - performance.now());
    }
  }

  /** Finds the trails that the follower has not read to their end. */
  async function sweep(): Promise<void> {
    sweepAt = performance.now() + sweepMs;
    failed.clear();
    try {
      const { rows } = await ctx.pool.query<{ organization_id: string }>(
        `select h.organization_id from log_heads h
         left join projections p on p.organization_id = h.organization_id and p.name = $1
         where h.size > coalesce(p.next_seq, 0)`,
        [follower.name],
      );
      for (const row of rows) hint(row.organization_id);
    } catch (error) {
      log.warn(
        { err: error, follower: follower.name },
        'a follower could not check for new events',
      );
    }
  }

  /** One transaction for each trail that has grown. Returns what is left to do in any of them. */
  async function advanceAll(): Promise<'behind' | 'busy' | undefined> {
    let left: 'behind' | 'busy' | undefined;
    // Iterates over a copy, because `hint` adds trails that are still behind.
    for (const [organizationId, commits] of Array.from(grown)) {
      if (signal.aborted) break;
      grown.delete(organizationId);
      const events = commits.flat();
      held -= events.length;
      try {
        const state = await advance(ctx, follower, organizationId, events);
        if (state === 'caught-up') continue;
        hint(organizationId);
        left = left === 'behind' ? left : state;
      } catch (error) {
        failed.add(organizationId);
        log.warn(
          { err: error, follower: follower.name, organizationId },
          'a follower failed; if it keeps failing, run npm run follower:rebuild',
        );
      }
    }
    return left;
  }

  /** Resolves at the next hint, or when the time is over. */
  function hinted(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(Math.max(ms, 0), timerMaxMs));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return {
    hint,
    async stop() {
      stopping.abort();
      wake();
      await running;
    },
  };
}
