/** Checks that everything stored of a trail is consistent. */

import {
  appendLeaves,
  emptyFrontier,
  encodeFrontier,
  leafHash,
  parseEntry,
  verifyTrail,
} from '@liblab/audit-core/log';
import type { Pool, PoolClient } from 'pg';
import { expect } from 'vitest';
import { readEntries } from '../../src/trail/store/read-entries.ts';
import { sha256 } from '../../src/trail/store/sha256.ts';

export interface CheckedTrail {
  size: number;
  entries: Uint8Array[];
  /** Ids by position. */
  ids: string[];
}

/**
 * Checks positions without gaps, each event once, and disclosures, entries, leaf hashes, tiles and the head's root
 * against each other; in one snapshot, because writers may still be running.
 */
export async function checkTrail(pool: Pool, organizationId: string): Promise<CheckedTrail> {
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    return await checkStored(client, organizationId);
  } finally {
    await client.query('rollback');
    client.release();
  }
}

async function checkStored(client: PoolClient, organizationId: string): Promise<CheckedTrail> {
  const { rows: heads } = await client.query<{ size: number; frontier: Buffer; root: Buffer }>(
    'select size, frontier, root from log_heads where organization_id = $1',
    [organizationId],
  );
  const head = heads[0];
  if (!head) throw new Error('The trail has no head.');
  const entries = await readEntries(client, organizationId, 0, head.size);
  const { rows: events } = await client.query<{ seq: number; id: string; disclosures: string }>(
    'select seq, id, disclosures from audit_events where organization_id = $1 order by seq',
    [organizationId],
  );
  expect(events.map((event) => event.seq)).toEqual(
    Array.from({ length: head.size }, (_, seq) => seq),
  );
  expect(events.map((event) => event.id)).toEqual(entries.map((entry) => parseEntry(entry).id));
  const verdict = await verifyTrail({
    positions: [
      entries.map((entry, seq) => ({
        entry,
        disclosures: events[seq]?.disclosures.split('~') ?? [],
      })),
    ],
    checkpoints: [{ size: head.size, root: head.root }],
    sha256,
  });
  expect(verdict.problems).toEqual([]);
  expect(verdict.counts).toEqual({ disclosed: head.size, partly: 0, withheld: 0 });
  const whole = appendLeaves(
    emptyFrontier,
    entries.map((entry) => leafHash(entry, sha256)),
    sha256,
  );
  expect(head.frontier.equals(encodeFrontier(whole.after))).toBe(true);
  const { rows: tiles } = await client.query<{ level: number; index: number; hashes: Buffer }>(
    'select level, index, hashes from log_tiles where organization_id = $1 order by level, index',
    [organizationId],
  );
  const filled = whole.filledTiles.toSorted((a, b) => a.level - b.level || a.index - b.index);
  expect(tiles.map(({ level, index }) => ({ level, index }))).toEqual(
    filled.map(({ level, index }) => ({ level, index })),
  );
  for (const tile of tiles.filter(({ level }) => level === 0)) {
    const leaves = entries
      .slice(tile.index * 256, (tile.index + 1) * 256)
      .map((entry) => leafHash(entry, sha256));
    expect(tile.hashes.equals(Buffer.concat(leaves))).toBe(true);
  }
  return { size: head.size, entries, ids: events.map((event) => event.id) };
}
