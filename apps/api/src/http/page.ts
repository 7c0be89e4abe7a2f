/** Pages of lists: rows, and an opaque cursor for the next page. */

import { AppError } from '@liblab/audit-core';
import { z } from 'zod';

/** The input of every list. Defaults to the first 50 rows. */
export const pageShape = {
  limit: z.int().min(1).max(200).optional(),
  cursor: z.string().max(200).optional(),
};

/** A time in a cursor, as `toISOString` writes it. Postgres has no year 0. */
export const timeKey = z.iso.datetime({ precision: 3 }).regex(/^(?!0000)/);

export interface PageInput {
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** A cursor after a row with these sort keys: base64url of JSON, opaque to callers. */
export function encodeCursor(keys: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/**
 * The sort keys in a cursor; undefined without a cursor.
 *
 * @throws AppError `invalid_cursor`
 */
export function decodeCursor<Keys>(
  keys: z.ZodType<Keys>,
  cursor: string | undefined,
): Keys | undefined {
  if (cursor === undefined) return undefined;
  try {
    return keys.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (error) {
    throw new AppError(
      'invalid_cursor',
      'This cursor is not valid for this list. Start again without a cursor.',
      { path: '$.cursor', cause: error },
    );
  }
}

/** Makes a page from up to `limit + 1` rows; `next` is absent on the last page. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  keysOf: (last: Row) => readonly (string | number)[],
): { rows: Row[]; next?: string } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return rows.length > limit && last
    ? { rows: shown, next: encodeCursor(keysOf(last)) }
    : { rows: shown };
}
