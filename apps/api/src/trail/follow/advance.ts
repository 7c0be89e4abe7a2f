/** Moves a follower forward in one trail, one transaction at a time. */

import type { Catalogue } from '@liblab/audit-core';
import type { Pool, PoolClient } from 'pg';
import { eventColumns, queryEvents, type PlacedEvent } from '../store/row-codec.ts';
import { committedEvent, storedEvent, type FollowedEvent, type Follower } from './follower.ts';

export interface FollowContext {
  pool: Pool;
  catalogue: Catalogue;
}

/** `busy`: another process moves the follower in this trail, and may not see the newest events. */
export type Advance = 'caught-up' | 'behind' | 'busy';

const readMax = 1_000;

/**
 * Applies the next events. `committed` are events of the trail in order; where they do not start at the follower's
 * position or have a gap, up to 1,000 events are read back instead.
 */
export function advance(
  { pool, catalogue }: FollowContext,
  follower: Follower,
  organizationId: string,
  committed: readonly PlacedEvent[],
): Promise<Advance> {
  return inTransaction(pool, async (tx) => {
    const position = await lockPosition(tx, follower, organizationId, 'skip locked');
    if (position === undefined) return 'busy';
    const fresh = committed.filter(({ seq }) => seq >= position);
    const isNext = fresh[0]?.seq === position && fresh.at(-1)?.seq === position + fresh.length - 1;
    const events = isNext
      ? fresh.map((placed) => committedEvent(organizationId, placed, catalogue))
      : await readEvents(tx, catalogue, organizationId, position);
    await apply(tx, follower, events);
    return isNext || events.length < readMax ? 'caught-up' : 'behind';
  });
}

/**
 * Clears what the follower has of the trail and applies the trail from position 0, in one transaction: until it commits,
 * readers see what was there before. Running followers wait.
 */
export function rebuild(
  { pool, catalogue }: FollowContext,
  follower: Follower,
  organizationId: string,
): Promise<void> {
  return inTransaction(pool, async (tx) => {
    await lockPosition(tx, follower, organizationId, '');
    await follower.clear(tx, organizationId);
    await movePosition(tx, follower, organizationId, 0);
    let next = 0;
    for (;;) {
      const events = await readEvents(tx, catalogue, organizationId, next);
      await apply(tx, follower, events);
      if (events.length < readMax) return;
      next += events.length;
    }
  });
}

async function inTransaction<Result>(
  pool: Pool,
  act: (tx: PoolClient) => Promise<Result>,
): Promise<Result> {
  const tx = await pool.connect();
  try {
    // A crash loses rows and position together, and the events are applied again: no need to wait for the disk.
    await tx.query('begin; set local synchronous_commit = off');
    const result = await act(tx);
    await tx.query('commit');
    tx.release();
    return result;
  } catch (error) {
    // Closing the connection rolls back.
    tx.release(true);
    throw error;
  }
}

async function apply(
  tx: PoolClient,
  follower: Follower,
  events: readonly FollowedEvent[],
): Promise<void> {
  const last = events.at(-1);
  if (!last) return;
  await follower.apply(tx, events);
  await movePosition(tx, follower, last.organizationId, last.seq + 1);
}

/** The follower's next position in the trail; undefined when another transaction holds it and `locked` skips it. */
async function lockPosition(
  tx: PoolClient,
  { name }: Follower,
  organizationId: string,
  locked: 'skip locked' | '',
): Promise<number | undefined> {
  const lock = () =>
    tx.query<{ next_seq: number }>({
      name: `lock-projection ${locked}`,
      text: `select next_seq from projections where organization_id = $1 and name = $2 for update ${locked}`,
      values: [organizationId, name],
    });
  const { rows } = await lock();
  if (rows[0]) return rows[0].next_seq;
  await tx.query(
    'insert into projections (organization_id, name, next_seq) values ($1, $2, 0) on conflict do nothing',
    [organizationId, name],
  );
  return (await lock()).rows[0]?.next_seq;
}

async function movePosition(
  tx: PoolClient,
  { name }: Follower,
  organizationId: string,
  nextSeq: number,
): Promise<void> {
  await tx.query({
    name: 'move-projection',
    text: 'update projections set next_seq = $3 where organization_id = $1 and name = $2',
    values: [organizationId, name, nextSeq],
  });
}

async function readEvents(
  tx: PoolClient,
  catalogue: Catalogue,
  organizationId: string,
  from: number,
): Promise<FollowedEvent[]> {
  const { rows } = await queryEvents(tx, {
    text: `select ${eventColumns} from audit_events e
     where e.organization_id = $1 and e.seq >= $2 order by e.seq limit ${readMax}`,
    values: [organizationId, from],
  });
  return rows.map((row) => storedEvent(row, catalogue));
}
