/** Reads a trail's positions in order and in batches: entries, their events, and the leaf hashes in the tiles. */

import { decodeBundle, hashBytes, LogError, tileBytes, tileWidth } from '@liblab/audit-core/log';
import type { StoredPosition } from '@liblab/audit-core/log';
import type { ClientBase } from 'pg';
import type { Findings } from './findings.ts';
import { milliseconds } from './milliseconds.ts';

export interface StoredEvent {
  seq: string;
  id: string;
  /** Milliseconds since 1970; not Dates, because a tampered column may contain `infinity`. */
  at: number;
  logged_at: number;
  late: boolean;
  type: string;
  outcome: string;
  key_id: string | null;
  disclosures: string;
  actor_ref: string | null;
  behalf_ref: string | null;
  /** The address of the ref in `actors`; null when it has no row there. */
  actor_address: string | null;
  behalf_address: string | null;
}

export interface StoredRow extends StoredPosition {
  /** Undefined when the row is missing. */
  event: StoredEvent | undefined;
}

/** Positions read at a time. A batch of up to 1,000 is never split, so a read may exceed this by one batch. */
const positionsPerRead = 1_024;

/** Ends before the first position whose entry is missing or unreadable. */
export async function* readPositions(
  client: ClientBase,
  organizationId: string,
  findings: Findings,
): AsyncGenerator<StoredRow[]> {
  let first = 0;
  for await (const entries of readEntries(client, organizationId, findings)) {
    const end = first + entries.length;
    const events = await readEvents(client, organizationId, first, end);
    const leaves = await readLeaves(client, organizationId, first, end, findings);
    yield entries.map((entry, index) => {
      const event = events.get(first + index);
      const leafHash = leaves(first + index);
      return {
        entry,
        event,
        disclosures: event?.disclosures ? event.disclosures.split('~') : [],
        ...(leafHash ? { leafHash } : {}),
      };
    });
    first = end;
  }
}

async function* readEntries(
  client: ClientBase,
  organizationId: string,
  findings: Findings,
): AsyncGenerator<Uint8Array[]> {
  let expected = 0;
  let after: string | undefined;
  for (;;) {
    const { rows }: { rows: BatchRow[] } = await client.query<BatchRow>(
      `select first_seq, count, entries from log_batches
       where organization_id = $1 and ($2::bigint is null or first_seq > $2) and first_seq < $3 order by first_seq`,
      [organizationId, after, expected + positionsPerRead],
    );
    const read: Uint8Array[] = [];
    let ended = rows.length === 0;
    for (const row of rows) {
      const entries = decode(row, expected + read.length, findings);
      ended = entries === undefined;
      if (!entries) break;
      for (const entry of entries) read.push(entry);
    }
    if (read.length > 0) yield read;
    expected += read.length;
    after = rows.at(-1)?.first_seq ?? after;
    if (!ended) continue;
    if (rows.length === 0) await findGap(client, organizationId, expected, findings);
    return;
  }
}

/** Adds a finding when there are entries after a gap that is longer than one read. */
async function findGap(
  client: ClientBase,
  organizationId: string,
  expected: number,
  findings: Findings,
): Promise<void> {
  const { rows } = await client.query<{ first_seq: string | null }>(
    'select min(first_seq) as first_seq from log_batches where organization_id = $1 and first_seq >= $2',
    [organizationId, expected],
  );
  const next = rows[0]?.first_seq;
  if (next) findings.add('missing', expected, missing(expected, next));
}

const missing = (from: number, next: string) =>
  `Entries ${from} to ${Number(next) - 1} are missing.`;

interface BatchRow {
  first_seq: string;
  count: number;
  entries: Buffer;
}

/** The row's entries; undefined when no later row can be placed; empty when the row overlaps another. */
function decode(
  { first_seq, count, entries }: BatchRow,
  expected: number,
  findings: Findings,
): Uint8Array[] | undefined {
  const firstSeq = Number(first_seq);
  if (firstSeq < expected || count < 1) {
    findings.add(
      'batch',
      firstSeq,
      'A batch of entries covers positions that another batch already covers.',
    );
    return [];
  }
  if (firstSeq > expected) {
    findings.add('missing', expected, missing(expected, first_seq));
    return undefined;
  }
  try {
    return decodeBundle(entries, count);
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    findings.add('batch', firstSeq, `A batch of entries is unreadable: ${error.message}`);
    return undefined;
  }
}

async function readEvents(
  client: ClientBase,
  organizationId: string,
  first: number,
  end: number,
): Promise<Map<number, StoredEvent>> {
  const { rows } = await client.query<StoredEvent>(
    `select e.seq, e.id, ${milliseconds('e.at')} as at, ${milliseconds('e.logged_at')} as logged_at, e.late, e.type,
            e.outcome, e.key_id, e.disclosures, e.actor_ref, e.behalf_ref, a.address as actor_address, b.address as behalf_address
     from audit_events e
     left join actors a on a.organization_id = e.organization_id and a.ref = e.actor_ref
     left join actors b on b.organization_id = e.organization_id and b.ref = e.behalf_ref
     where e.organization_id = $1 and e.seq >= $2 and e.seq < $3`,
    [organizationId, first, end],
  );
  return new Map(rows.map((row) => [Number(row.seq), row]));
}

/** Returns a function that looks up a position's leaf hash in the full tiles. */
async function readLeaves(
  client: ClientBase,
  organizationId: string,
  first: number,
  end: number,
  findings: Findings,
): Promise<(seq: number) => Uint8Array | undefined> {
  const { rows } = await client.query<{ index: string; hashes: Buffer }>(
    `select index, hashes from log_tiles where organization_id = $1 and level = 0 and index >= $2 and index < $3`,
    [organizationId, Math.floor(first / tileWidth), Math.ceil(end / tileWidth)],
  );
  const tiles = new Map(rows.map(({ index, hashes }) => [Number(index), hashes]));
  // Every tile that is full at the end of this range must be stored.
  for (let tile = Math.floor(first / tileWidth); (tile + 1) * tileWidth <= end; tile += 1) {
    const hashes = tiles.get(tile);
    if (hashes?.length === tileBytes) continue;
    const what = hashes ? 'is incomplete' : 'is missing';
    findings.add('tile', tile * tileWidth, `Tile ${tile} of level 0 ${what}.`);
  }
  return (seq) => {
    const hashes = tiles.get(Math.floor(seq / tileWidth));
    if (hashes?.length !== tileBytes) return undefined;
    const offset = (seq % tileWidth) * hashBytes;
    return hashes.subarray(offset, offset + hashBytes);
  };
}
