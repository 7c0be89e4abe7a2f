/** The one shape of lists: a page of rows, and an opaque cursor to the next page. */

import { AppError } from '@liblab/audit-core';
import { z } from 'zod';

/** What every list takes: 50 rows from the start when absent. */
export const pageShape = {
  limit: z.int().min(1).max(200).optional(),
  cursor: z.string().max(200).optional(),
};

export interface PageInput {
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** The sort keys of the last row shown. base64url of JSON, opaque to callers. */
export function encodeCursor(keys: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/**
 * The keys behind a cursor; undefined without one.
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

/** Cuts rows that were read one beyond the limit; `next` is absent on the last page. */
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
