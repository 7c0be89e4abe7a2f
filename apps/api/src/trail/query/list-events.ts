/** Lists a page of the trail. */

import type { TrailEvent } from '@liblab/audit-core';
import { readEvent } from '../store/row-codec.ts';
import { compileQuery, type QueryContext } from './compile-query.ts';
import { readKeyNames } from './key-names.ts';
import { decodeCursor, encodeCursor, type Direction, type Position } from './position.ts';
import type { TrailContext } from '../store/trail-context.ts';
import { readQuery, type QueryInput } from './query-input.ts';
import { readRows, type Run } from './read-rows.ts';

/** The services needed to list events. */
export type ListContext = TrailContext & QueryContext;

export interface ListInput extends QueryInput {
  /** 1 to 200; 50 when absent. */
  limit?: number | undefined;
  cursor?: string | undefined;
  direction?: Direction | undefined;
}

export interface Page {
  /** Newest first, in either direction. */
  events: TrailEvent[];
  /** The cursor for older events; absent when there are none. */
  next?: string;
  /** The cursor for newer events. The newest page has one too, for polling; absent on an empty trail. */
  previous?: string;
  /**
   * Present when the page is short because of the cost limit. Everything up to this time was searched; continue with
   * `next`, or with `previous` towards newer events.
   */
  searchedTo?: string;
}

/** @throws AppError `invalid_filter`, `invalid_cursor` */
export async function listEvents(
  ctx: ListContext,
  organizationId: string,
  { limit = 50, cursor, direction = 'older', ...input }: ListInput,
): Promise<Page> {
  const query = await compileQuery(ctx, organizationId, readQuery(input));
  const start = cursor === undefined ? undefined : decodeCursor(cursor);
  const run = await readRows(ctx.db.readers, query, { direction, start, limit });
  const keyNames = await readKeyNames(ctx.db.pool, run.rows);
  const events = run.rows.map((row) => readEvent(row, ctx.catalogue, keyNames));
  if (direction === 'newer') events.reverse();
  return { events, ...linksOf(events, run, direction, start) };
}

function linksOf(
  events: readonly TrailEvent[],
  { end, short }: Run,
  direction: Direction,
  start: Position | undefined,
): Omit<Page, 'events'> {
  const ahead = end && encodeCursor(end);
  const searchedTo = short && end ? { searchedTo: new Date(end.atMs).toISOString() } : {};
  const back = turnBack(events, direction, start);
  const behind = back && encodeCursor(back);
  const [next, previous] = direction === 'older' ? [ahead, behind] : [behind, ahead];
  return { ...(next ? { next } : {}), ...(previous ? { previous } : {}), ...searchedTo };
}

/** The cursor for the opposite direction; on an empty page, from just before its start. */
function turnBack(
  events: readonly TrailEvent[],
  direction: Direction,
  start: Position | undefined,
): Position | undefined {
  const first = direction === 'older' ? events[0] : events.at(-1);
  if (first) return { atMs: Date.parse(first.at), seq: first.seq };
  return start && { ...start, seq: start.seq + (direction === 'older' ? -1 : 1) };
}
