/** The statements of one append. */

import type { Tile } from '@liblab/audit-core/log';
import type { PoolClient } from 'pg';
import { BinaryRows, copyRows } from '../../db/copy-rows.ts';
import { pipeline } from '../../db/pipeline.ts';
import { addRow, rowBytes, rowColumns, type PlacedEvent } from './row-codec.ts';

export interface Batch {
  organizationId: string;
  /** The head that this batch extends. When the stored head differs, nothing is stored. */
  from: { size: number; frontier: Uint8Array };
  /**
   * The time used for the events when it was estimated instead of read from the database. The append fails when the
   * database's clock differs by a second or more.
   */
  assumedNowMs?: number | undefined;
  events: readonly PlacedEvent[];
  /** The entries as a bundle: uint16 big-endian length, entry, and so on. */
  bundle: Uint8Array;
  tiles: readonly Tile[];
  /** The head after this batch. */
  head: { size: number; frontier: Uint8Array; root: Uint8Array; loggedAtMs: number };
  /** Addresses that may not be stored yet. */
  actors: readonly { ref: bigint; address: string }[];
}

/**
 * Adds the batch, advances the head and commits, all in one pipeline: when a statement fails, the following commit rolls
 * back. Also begins the transaction when the time is assumed; otherwise it began when the head was locked. Returns how
 * far the database's clock is ahead of `clock`, in milliseconds.
 *
 * @throws DatabaseError 23502 when the head differs or the assumed time is too far off; 23505 when an id or position is
 *   taken; Error when the commit rolled back. Nothing was stored, unless the connection was lost during the commit.
 */
export async function storeBatch(
  client: PoolClient,
  batch: Batch,
  clock: () => number,
): Promise<number> {
  const { organizationId, assumedNowMs, tiles, actors } = batch;
  const statements = pipeline(client, () => {
    const begun = assumedNowMs === undefined ? [] : [client.query('begin')];
    const moved = addEntries(client, batch, clock);
    return {
      moved,
      all: [
        ...begun,
        moved,
        ...tiles.map((tile) => addTile(client, organizationId, tile)),
        ...(actors.length > 0 ? [addActors(client, batch)] : []),
        addEvents(client, batch),
        commit(client),
      ],
    };
  });
  // The first error is the cause; later statements fail because the transaction was aborted.
  for (const outcome of await Promise.allSettled(statements.all)) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
  return statements.moved;
}

/**
 * When the head differs, or the assumed time is too far off, `count` is null, which the table rejects, so that the
 * transaction fails.
 */
async function addEntries(client: PoolClient, batch: Batch, clock: () => number): Promise<number> {
  const { size, frontier, root, loggedAtMs } = batch.head;
  const { rows } = await client.query<{ nowMs: number }>({
    name: 'add-entries',
    text: `with moved as (
             update log_heads set size = $2, frontier = $3, root = $4, last_logged_at = to_timestamp($5::float8 / 1000)
             where organization_id = $1 and size = $6 and frontier = $7
             returning $9::int as count)
           insert into log_batches (organization_id, first_seq, count, entries)
           values ($1, $6, (
             select count from moved
             where $8::float8 is null or abs(extract(epoch from clock_timestamp()) * 1000 - $8) < 1000
           ), $10)
           returning floor(extract(epoch from clock_timestamp()) * 1000)::bigint as "nowMs"`,
    values: [
      batch.organizationId,
      size,
      frontier,
      root,
      loggedAtMs,
      batch.from.size,
      batch.from.frontier,
      batch.assumedNowMs,
      batch.events.length,
      batch.bundle,
    ],
  });
  // Measured at this statement's result, which arrives before the commit waits for the disk.
  return (rows[0]?.nowMs ?? Number.NaN) - clock();
}

/** Postgres answers the commit of a failed transaction with ROLLBACK, not with an error. */
async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query('commit');
  if (command !== 'COMMIT') throw new Error(`Postgres answered the commit with ${command}.`);
}

function addTile(client: PoolClient, organizationId: string, tile: Tile) {
  return client.query({
    name: 'add-tile',
    text: 'insert into log_tiles (organization_id, level, index, hashes) values ($1, $2, $3, $4)',
    values: [organizationId, tile.level, tile.index, tile.hashes],
  });
}

function addActors(client: PoolClient, batch: Batch) {
  return client.query({
    name: 'add-actors',
    text: `insert into actors (organization_id, ref, address)
           select $1, ref, address from unnest($2::bigint[], $3::text[]) as seen (ref, address)
           on conflict do nothing`,
    values: [
      batch.organizationId,
      batch.actors.map((actor) => String(actor.ref)),
      batch.actors.map((actor) => actor.address),
    ],
  });
}

function addEvents(client: PoolClient, { organizationId, events }: Batch) {
  const rows = new BinaryRows(rowBytes * events.length);
  for (const event of events) addRow(rows, organizationId, event);
  return copyRows(client, rowColumns, rows);
}
