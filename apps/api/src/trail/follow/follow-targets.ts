/** Keeps event_targets, the index from a target to its events, close behind the trail. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Catalogue } from '@liblab/audit-core';
import type { Logger } from 'pino';
import type { Pool } from 'pg';
import { projectTargets, type LoggedTargets } from './project-targets.ts';

export interface Follower {
  start(): void;
  /**
   * A trail has grown, by these events. A hint only: what no hint came for is found by the sweep, and events that were
   * not told are read back.
   */
  hint(organizationId: string, events?: readonly LoggedTargets[]): void;
  /** Finishes the transaction under way. */
  stop(): Promise<void>;
}

const roundMs = 500;
const sweepEveryMs = 10_000;
/** Events told and not followed yet, of all trails; those beyond are read back. */
const toldMax = 50_000;

export interface FollowerOptions {
  pool: Pool;
  catalogue: Catalogue;
  log: Logger;
  /** How often trails without a hint are looked for; 10 s when absent. */
  sweepMs?: number;
}

/** Follows once started; several processes may do so at a time. */
export function followTargets({
  pool,
  catalogue,
  log,
  sweepMs = sweepEveryMs,
}: FollowerOptions): Follower {
  /** What was told of each trail that has grown. */
  const grown = new Map<string, LoggedTargets[]>();
  let told = 0;
  let sweptAt = 0;
  let running: Promise<void> | undefined;
  const stopping = new AbortController();
  const { signal } = stopping;

  function hint(organizationId: string, events: readonly LoggedTargets[] = []): void {
    let waiting = grown.get(organizationId);
    if (!waiting) grown.set(organizationId, (waiting = []));
    if (told + events.length > toldMax) return;
    told += events.length;
    for (const event of events) waiting.push(event);
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const isBehind = await runRound();
      if (!isBehind) await delay(roundMs, undefined, { signal }).catch(() => {});
    }
  }

  /** A transaction for each trail that has grown; true when one did not get through. */
  async function runRound(): Promise<boolean> {
    let isBehind = false;
    try {
      if (Date.now() - sweptAt > sweepMs) {
        for (const organizationId of await findBehind(pool)) hint(organizationId);
        sweptAt = Date.now();
      }
      for (const [organizationId, events] of [...grown]) {
        if (signal.aborted) break;
        grown.delete(organizationId);
        told -= events.length;
        const caughtUp = await projectTargets(pool, catalogue, organizationId, events);
        if (caughtUp) continue;
        hint(organizationId);
        isBehind ||= caughtUp === false;
      }
    } catch (error) {
      // The sweep finds again what this round did not finish.
      log.warn({ err: error }, 'the index of targets fell behind');
      return false;
    }
    return isBehind;
  }

  return {
    start() {
      running ??= run();
    },
    hint,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function findBehind(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ organization_id: string }>(
    `select h.organization_id from log_heads h
     left join projections p on p.organization_id = h.organization_id and p.name = 'targets'
     where h.size > coalesce(p.next_seq, 0)`,
  );
  return rows.map((row) => row.organization_id);
}
