/** The statements of one append: everything a commit adds. */

import type { Tile } from '@liblab/audit-core/log';
import type { PoolClient } from 'pg';
import { BinaryRows, copyRows } from '../../db/copy-rows.ts';
import { pipeline } from '../../db/pipeline.ts';
import { addRow, rowBytes, rowColumns, type PlacedEvent } from './row-codec.ts';

export interface Batch {
  organizationId: string;
  /** The head that this batch goes on from; where it is another, nothing is stored. */
  from: { size: number; frontier: Uint8Array };
  /** What the events' time was taken from when it was not the database's clock itself; refused a second beside it. */
  assumedNowMs?: number | undefined;
  events: readonly PlacedEvent[];
  /** The entries as a bundle: uint16 big-endian length, entry, and so on. */
  bundle: Uint8Array;
  tiles: readonly Tile[];
  /** The head after this batch. */
  head: { size: number; frontier: Uint8Array; root: Uint8Array; loggedAtMs: number };
  /** Addresses that this process has not stored yet. */
  actors: readonly { ref: bigint; address: string }[];
}

/**
 * Adds the batch, moves the head and commits, in one flight: when a statement fails, the commit behind it rolls back.
 * Begins the transaction too when the time is assumed; else it has begun with the head's lock.
 *
 * @returns how far the database's clock is ahead of `clock`, milliseconds
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
  // The first that failed says why; those behind it only that it did.
  for (const outcome of await Promise.allSettled(statements.all)) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
  return statements.moved;
}

/**
 * A head that was not moved, or an assumed time that is too far off by then, leaves no count, which the table refuses:
 * the transaction fails.
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
  // Its own answer comes before the commit has waited for the disk.
  return (rows[0]?.nowMs ?? Number.NaN) - clock();
}

/** A transaction that has failed is rolled back by its commit, without an error. */
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
