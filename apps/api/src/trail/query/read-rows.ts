/** Reads events that match a query, with a cost limit. */

import { hash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { queryEvents, type EventRow } from '../store/row-codec.ts';
import type { TrailQuery } from './compile-query.ts';
import { narrow, type Direction, type Position } from './position.ts';
import { scansOf, type Scan } from './scan.ts';

export interface Run {
  /** In the direction of reading. */
  rows: EventRow[];
  /** The position to continue from; absent when there is nothing more. */
  end: Position | undefined;
  /** True when it stopped at its limit: `rows` then has every match up to `end`. */
  short: boolean;
}

export interface RunOptions {
  direction: Direction;
  /** From the end of the query's range when absent. */
  start: Position | undefined;
  /** The maximum number of rows. */
  limit: number;
  /** The maximum number of events read. */
  bringMax: number;
}

/** The buffers that a page may touch, apart from finding actors and types, so that no query overloads the database. */
const pageBuffersMax = 700;
/** Each scan reads this many events, or as many as it can test within this many buffers. */
const bringLeast = 100;
const leastBuffersMax = 1_000;
const preparedCharsMax = 1_200;
/** The maximum number of prepared statements: a connection keeps their plans until it closes. */
const preparedMax = 300;
const prepared = new Set<string>();

/** The next `limit` rows from `start` on, or fewer at the cost limit. */
export async function readRows(
  db: Pool,
  query: TrailQuery,
  options: Omit<RunOptions, 'bringMax'>,
): Promise<Run> {
  const scans = scansOf(query.criteria);
  let furthest: Run | undefined;
  let buffers = pageBuffersMax;
  for (const [index, scan] of scans.entries()) {
    const share = buffers / (scans.length - index) - scan.startBuffers;
    const least = Math.min(bringLeast, Math.ceil(leastBuffersMax / scan.eventBuffers));
    const bringMax = Math.max(least, Math.floor(share / scan.eventBuffers));
    buffers -= scan.startBuffers + bringMax * scan.eventBuffers;
    if (furthest && buffers < 0) continue;
    const run = await readRun(db, query, scan, { ...options, bringMax });
    if (!run.short) return run;
    if (!furthest || isFurther(run, furthest, options.direction)) furthest = run;
  }
  return furthest ?? { rows: [], end: undefined, short: false };
}

/** Reads rows with one scan. */
export async function readRun(
  db: Pool | PoolClient,
  { organizationId, range, isPlain }: TrailQuery,
  scan: Scan,
  { direction, start, limit, bringMax }: RunOptions,
): Promise<Run> {
  const { text, values, exact } = scan.sql({
    organizationId,
    range: narrow(range, direction, start),
    direction,
    rowsMax: limit + 1,
    bringMax,
  });
  const { rows } = await queryEvents<ScannedRow>(db, {
    name: isPlain ? statementName(text) : undefined,
    text,
    values,
  });
  const found = exact ? rows : rows.filter((row) => row.found);
  const run = runOf(rows, found, limit, bringMax);
  // The driver's promise and timer of a statement that is over outlive many collections of the young, and what they
  // lead to grows old with them: of a long export, all that it reads.
  rows.length = 0;
  return run;
}

/**
 * Statements of a few index ranges have few shapes and are planned once a connection; those of many actors have as
 * many shapes as there are counts of them, and reading outweighs planning. The number is bounded too: readers choose the
 * shapes.
 */
function statementName(text: string): string | undefined {
  if (text.length > preparedCharsMax) return undefined;
  const name = hash('sha1', text, 'base64');
  if (!prepared.has(name) && prepared.size >= preparedMax) return undefined;
  prepared.add(name);
  return name;
}

type ScannedRow = EventRow & { found?: boolean | null; brought?: number };

function runOf(
  rows: readonly ScannedRow[],
  found: readonly ScannedRow[],
  limit: number,
  bringMax: number,
): Run {
  const page = found.slice(0, limit);
  const lastFound = page.at(-1);
  if (found.length > limit && lastFound) {
    return { rows: page, end: positionOf(lastFound), short: false };
  }
  const last = rows.at(-1);
  if (last?.brought !== bringMax) return { rows: page, end: undefined, short: false };
  // An event that is read twice was tested the first time, so continuing after it loses nothing.
  return { rows: page, end: positionOf(last), short: true };
}

function positionOf(row: EventRow): Position {
  return { atMs: Date.parse(row.at), seq: row.seq };
}

function isFurther({ end: a }: Run, { end: b }: Run, direction: Direction): boolean {
  if (!a || !b) return !a;
  const difference = a.atMs - b.atMs || a.seq - b.seq;
  return direction === 'older' ? difference < 0 : difference > 0;
}
