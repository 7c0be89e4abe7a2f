/** Reads stored entries back by position. */

import type { Pool, PoolClient } from 'pg';

/**
 * The entries [start, end) of a trail, in order, as the very bytes that were hashed. Fewer are answered when the trail
 * is shorter.
 */
export async function readEntries(
  db: Pool | PoolClient,
  organizationId: string,
  start: number,
  end: number,
): Promise<Buffer[]> {
  if (start >= end) return [];
  const { rows } = await db.query<{ first_seq: number; entries: Buffer }>({
    name: 'read-entries',
    text: `select first_seq, entries from log_batches
           where organization_id = $1 and first_seq < $3
             and first_seq >= (select max(first_seq) from log_batches where organization_id = $1 and first_seq <= $2)
           order by first_seq`,
    values: [organizationId, start, end],
  });
  const entries: Buffer[] = [];
  for (const { first_seq: firstSeq, entries: bundle } of rows) {
    let seq = firstSeq;
    for (let offset = 0; offset < bundle.length; seq += 1) {
      const length = bundle.readUInt16BE(offset);
      if (seq >= start && seq < end) entries.push(bundle.subarray(offset + 2, offset + 2 + length));
      offset += 2 + length;
    }
  }
  return entries;
}
