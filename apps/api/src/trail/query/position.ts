/** Positions in an organisation's trail, which is ordered by (at, seq), and their cursors. */

import { AppError } from '@liblab/audit-core';

/** A position at or between events. `seq` may be one less or more than an event's, for just before or after it. */
export interface Position {
  /** Milliseconds since 1970. */
  atMs: number;
  seq: number;
}

/** The range of times that a trail can contain. */
export const firstMs = Date.parse('0001-01-01T00:00:00.000Z');
export const lastMs = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * A cursor contains only a position, so one from another organisation or filter is harmless.
 */
export function encodeCursor({ atMs, seq }: Position): string {
  return Buffer.from(`${atMs}:${seq}`).toString('base64url');
}

/** @throws AppError `invalid_cursor` */
export function decodeCursor(cursor: string): Position {
  const [, at = '', seq = ''] =
    /^(-?\d{1,15}):(-?\d{1,16})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  const position = { atMs: Number(at), seq: Number(seq) };
  if (
    encodeCursor(position) !== cursor ||
    position.atMs < firstMs ||
    position.atMs > lastMs ||
    !Number.isSafeInteger(position.seq)
  ) {
    throw new AppError(
      'invalid_cursor',
      'The cursor does not belong to this list. Start again without a cursor.',
      {
        path: '$.cursor',
      },
    );
  }
  return position;
}

/** The events strictly between two positions. */
export interface Range {
  after: Position;
  before: Position;
}

export const wholeTrail: Range = {
  after: { atMs: firstMs, seq: -1 },
  before: { atMs: lastMs, seq: Number.MAX_SAFE_INTEGER },
};

/** The intersection of two ranges; absent ends of the second default to the first's. */
export function intersect(
  range: Range,
  { after = range.after, before = range.before }: Partial<Range>,
): Range {
  return {
    after: isBefore(range.after, after) ? after : range.after,
    before: isBefore(before, range.before) ? before : range.before,
  };
}

/** The rest of the range from a cursor on. */
export function narrow(range: Range, direction: Direction, cursor: Position | undefined): Range {
  if (!cursor) return range;
  return intersect(range, direction === 'older' ? { before: cursor } : { after: cursor });
}

export type Direction = 'older' | 'newer';

function isBefore(a: Position, b: Position): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.seq < b.seq);
}
