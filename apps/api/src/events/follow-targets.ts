/** Keeps event_targets, the index from a target to its events, close behind the trail. */

import type { Catalogue } from '@liblab/audit-core';
import type { Logger } from 'pino';
import type { Pool, PoolClient } from 'pg';
import { eventColumns, readEvent, type EventRow } from './read-event.ts';

export interface Follower {
  /** A trail has grown. A hint only: what no hint came for is found by the sweep. */
  hint(organizationId: string): void;
  /** Finishes the round under way. */
  stop(): Promise<void>;
}

const roundMs = 200;
const sweepEveryMs = 10_000;
const eventsPerTransaction = 1_000;

/** Starts following; several processes may do so at a time. */
export function followTargets(
  pool: Pool,
  catalogue: Catalogue,
  log: Logger,
  sweepMs = sweepEveryMs,
): Follower {
  const grown = new Set<string>();
  let sweptAt = 0;
  let stopped = false;
  let round: Promise<void> | undefined;
  const timer = setInterval(() => {
    round ??= runRound().finally(() => (round = undefined));
  }, roundMs);

  async function runRound(): Promise<void> {
    try {
      if (Date.now() - sweptAt > sweepMs) {
        for (const organizationId of await findBehind(pool)) grown.add(organizationId);
        sweptAt = Date.now();
      }
      for (const organizationId of [...grown]) {
        grown.delete(organizationId);
        const caughtUp = await followOnce(pool, catalogue, organizationId);
        if (!caughtUp) grown.add(organizationId);
        if (stopped) return;
      }
    } catch (error) {
      // The sweep finds again what this round did not finish.
      log.warn({ err: error }, 'the index of targets fell behind');
    }
  }

  return {
    hint: (organizationId) => grown.add(organizationId),
    async stop() {
      stopped = true;
      clearInterval(timer);
      await round;
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

/** One transaction's worth; true when nothing is left, and false when another process was at it. */
async function followOnce(
  pool: Pool,
  catalogue: Catalogue,
  organizationId: string,
): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const followed = await project(client, catalogue, organizationId);
    await client.query('commit');
    client.release();
    // The other one may have looked before the last events came.
    return followed !== undefined && followed < eventsPerTransaction;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** How many events were read; undefined when another process is at the same trail. */
async function project(
  client: PoolClient,
  catalogue: Catalogue,
  organizationId: string,
): Promise<number | undefined> {
  await client.query(
    `insert into projections (organization_id, name, next_seq) values ($1, 'targets', 0) on conflict do nothing`,
    [organizationId],
  );
  // Another process at the same trail goes first; skipping keeps two followers from waiting for each other.
  const { rows: places } = await client.query<{ next_seq: number }>(
    `select next_seq from projections where organization_id = $1 and name = 'targets' for update skip locked`,
    [organizationId],
  );
  const place = places[0];
  if (!place) return undefined;
  const { rows } = await client.query<EventRow>(
    `select ${eventColumns} from audit_events e
     where e.organization_id = $1 and e.seq >= $2 order by e.seq limit ${eventsPerTransaction}`,
    [organizationId, place.next_seq],
  );
  const last = rows.at(-1);
  if (!last) return 0;
  const targets = rows.flatMap((row) =>
    readEvent(row, catalogue, new Map()).targets.map((target) => ({
      ...target,
      at: row.at,
      seq: row.seq,
    })),
  );
  await client.query(
    `insert into event_targets (organization_id, target_type, target_id, at, seq)
     select $1, type, id, at, seq
     from unnest($2::text[], $3::text[], $4::timestamptz[], $5::bigint[]) as target (type, id, at, seq)
     on conflict do nothing`,
    [
      organizationId,
      targets.map((target) => target.type),
      targets.map((target) => target.id),
      targets.map((target) => target.at),
      targets.map((target) => target.seq),
    ],
  );
  await client.query(
    `update projections set next_seq = $2 where organization_id = $1 and name = 'targets'`,
    [organizationId, last.seq + 1],
  );
  return rows.length;
}
