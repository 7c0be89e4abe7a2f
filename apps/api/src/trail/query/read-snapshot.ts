/** Reads all events that match a query, as they were at one moment. */

import type { Pool } from 'pg';
import type { EventRow } from '../store/row-codec.ts';
import type { TrailQuery } from './compile-query.ts';
import type { Position } from './position.ts';
import { readRun, type Run } from './read-rows.ts';
import { scansOf } from './scan.ts';

/** Small enough that other requests get their turn between the pages. */
const rowsPerPage = 200;
/** Each statement ends soon, also where little is found: a reader who has gone stops the next one. */
const bringMost = 20_000;
const buffersMax = 200_000;

/**
 * Pages of rows, newest first, some of them empty; each is emptied when the next is asked for. Holds a connection until it ends or is returned; while the caller
 * works on a page the next is read.
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
    // Nobody waits for the page that was read ahead.
    next?.catch(() => {});
    client.release(!clean);
  }
}
