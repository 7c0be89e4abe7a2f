/** Reads all events that match a query, from one snapshot. */

import type { Pool } from 'pg';
import type { EventRow } from '../store/row-codec.ts';
import type { TrailQuery } from './compile-query.ts';
import type { Position } from './position.ts';
import { readRun, type Run } from './read-rows.ts';
import { scansOf } from './scan.ts';

/** Small, so that other requests run between the pages. */
const rowsPerPage = 200;
/** Limits each statement also where little is found, so that an export stops soon after its client disconnects. */
const bringMost = 20_000;
const buffersMax = 200_000;

/**
 * Pages of rows, newest first; some may be empty. A page's array is cleared when the next page is requested. Reads the
 * next page while the caller processes the current one. Holds a connection until it ends or is returned.
 */
export async function* readSnapshot(
  db: Pool,
  query: TrailQuery,
): AsyncGenerator<EventRow[], void, void> {
  const [scan] = scansOf(query.criteria);
  if (!scan) return;
  const bringMax = Math.min(bringMost, Math.ceil(buffersMax / scan.eventBuffers));
  const client = await db.connect();
  const read = async (start?: Position): Promise<Run> =>
    readRun(client, query, scan, { direction: 'older', start, limit: rowsPerPage, bringMax });
  let clean = false;
  let next: Promise<Run> | undefined;
  try {
    await client.query('begin isolation level repeatable read read only');
    next = read();
    while (next) {
      const { rows, end }: Run = await next;
      next = end && read(end);
      yield rows;
      rows.length = 0;
    }
    await client.query('commit');
    clean = true;
  } finally {
    // The page that was read ahead is not needed.
    next?.catch(() => {});
    client.release(!clean);
  }
}
