/** Brings event_targets forward: by events that this process has just committed, or by those that it reads back. */

import type { Catalogue, Target } from '@liblab/audit-core';
import type { Pool, PoolClient } from 'pg';
import { BinaryRows, copyRows } from '../../db/copy-rows.ts';
import { eventColumns, queryEvents, readEvent } from '../store/row-codec.ts';

/** What was acted on by the event at a position of a trail. */
export interface LoggedTargets {
  seq: number;
  /** Milliseconds since 1970, as the trail is sorted by. */
  atMs: number;
  targets: readonly Target[];
}

const readMax = 1_000;

/**
 * One transaction's worth. `told` are events of the trail in order; where they do not go on from the end of the index,
 * the next are read.
 * @returns true when nothing is known to be left; undefined when another process is at the same trail and goes first: it
 *   may have looked before the last events came
 */
export async function projectTargets(
  pool: Pool,
  catalogue: Catalogue,
  organizationId: string,
  told: readonly LoggedTargets[],
): Promise<boolean | undefined> {
  const client = await pool.connect();
  try {
    // What a crash takes back is projected again, position and rows alike: no need to wait for the disk.
    await client.query('begin; set local synchronous_commit = off');
    const caughtUp = await project(client, catalogue, organizationId, told);
    await client.query('commit');
    client.release();
    return caughtUp;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function project(
  client: PoolClient,
  catalogue: Catalogue,
  organizationId: string,
  told: readonly LoggedTargets[],
): Promise<boolean | undefined> {
  const next = await lockEnd(client, organizationId);
  if (next === undefined) return undefined;
  const fresh = told.filter(({ seq }) => seq >= next);
  const goesOn = fresh[0]?.seq === next && fresh.at(-1)?.seq === next + fresh.length - 1;
  const events = goesOn ? fresh : await readTargets(client, catalogue, organizationId, next);
  const last = events.at(-1);
  if (!last) return true;
  await (goesOn ? addTargets : addMissingTargets)(client, organizationId, events);
  await client.query({
    name: 'move-targets',
    text: `update projections set next_seq = $2 where organization_id = $1 and name = 'targets'`,
    values: [organizationId, last.seq + 1],
  });
  return goesOn || events.length < readMax;
}

/** The position behind the last one projected; undefined when somebody else holds it. */
async function lockEnd(client: PoolClient, organizationId: string): Promise<number | undefined> {
  const lock = () =>
    client.query<{ next_seq: number }>({
      name: 'lock-targets',
      text: `select next_seq from projections where organization_id = $1 and name = 'targets' for update skip locked`,
      values: [organizationId],
    });
  const { rows } = await lock();
  if (rows[0]) return rows[0].next_seq;
  await client.query(
    `insert into projections (organization_id, name, next_seq) values ($1, 'targets', 0) on conflict do nothing`,
    [organizationId],
  );
  return (await lock()).rows[0]?.next_seq;
}

async function readTargets(
  client: PoolClient,
  catalogue: Catalogue,
  organizationId: string,
  from: number,
): Promise<LoggedTargets[]> {
  const { rows } = await queryEvents(client, {
    text: `select ${eventColumns} from audit_events e
     where e.organization_id = $1 and e.seq >= $2 order by e.seq limit ${readMax}`,
    values: [organizationId, from],
  });
  return rows.map((row) => ({
    seq: row.seq,
    atMs: Date.parse(row.at),
    targets: readEvent(row, catalogue, new Map()).targets,
  }));
}

/** Adds events that nobody has projected before. */
async function addTargets(
  client: PoolClient,
  organizationId: string,
  events: readonly LoggedTargets[],
): Promise<void> {
  const rows = new BinaryRows();
  for (const { seq, atMs, targets } of events) {
    for (const [place, { type, id }] of targets.entries()) {
      // An event may name a target twice.
      if (targets.findIndex((target) => target.type === type && target.id === id) < place) continue;
      rows.row(5).uuid(organizationId).text(type).text(id).time(atMs).bigint(seq);
    }
  }
  await copyRows(client, 'event_targets (organization_id, target_type, target_id, at, seq)', rows);
}

/** The same, where a rebuild meets rows that are there. */
async function addMissingTargets(
  client: PoolClient,
  organizationId: string,
  events: readonly LoggedTargets[],
): Promise<void> {
  const targets = events.flatMap(({ seq, atMs, targets: named }) =>
    named.map(({ type, id }) => ({ type, id, at: new Date(atMs), seq })),
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
}
