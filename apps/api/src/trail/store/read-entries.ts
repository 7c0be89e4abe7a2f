/** Reads stored entries by position. */

import { decodeBundle } from '@liblab/audit-core/log';
import type { ClientBase, Pool } from 'pg';

interface BatchRow {
  /** A number on the API's pools, text on others. */
  first_seq: number | string;
  count: number;
  entries: Buffer;
}

/**
 * The entries [start, end) of a trail, in order, as the bytes that were hashed. Returns fewer when the trail is shorter.
 */
export async function readEntries(
  db: Pool | ClientBase,
  organizationId: string,
  start: number,
  end: number,
): Promise<Uint8Array[]> {
  if (start >= end) return [];
  const { rows } = await db.query<BatchRow>({
    name: 'read-entries',
    text: `select first_seq, count, entries from log_batches
           where organization_id = $1 and first_seq < $3
             and first_seq >= (select max(first_seq) from log_batches where organization_id = $1 and first_seq <= $2)
           order by first_seq`,
    values: [organizationId, start, end],
  });
  const entries: Uint8Array[] = [];
  for (const { first_seq, count, entries: bundle } of rows) {
    const firstSeq = Number(first_seq);
    const first = Math.max(0, start - firstSeq);
    entries.push(...decodeBundle(bundle, count).slice(first, end - firstSeq));
  }
  return entries;
}

/** The entries at these positions, by position. Positions without an entry are absent. */
export async function readEntriesAt(
  db: Pool | ClientBase,
  organizationId: string,
  seqs: readonly number[],
): Promise<Map<number, Uint8Array>> {
  const { rows } = await db.query<BatchRow>({
    name: 'read-entries-at',
    text: `select first_seq, count, entries from log_batches
           where organization_id = $1 and first_seq in (
             select (select max(first_seq) from log_batches where organization_id = $1 and first_seq <= requested.seq)
             from unnest($2::bigint[]) as requested (seq))`,
    values: [organizationId, seqs],
  });
  const requested = new Set(seqs);
  const entries = new Map<number, Uint8Array>();
  for (const { first_seq, count, entries: bundle } of rows) {
    const firstSeq = Number(first_seq);
    for (const [index, entry] of decodeBundle(bundle, count).entries()) {
      if (requested.has(firstSeq + index)) entries.set(firstSeq + index, entry);
    }
  }
  return entries;
}
