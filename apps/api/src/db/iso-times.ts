/** Reads times from Postgres as ISO 8601 text. */

import pg from 'pg';
import { columnTypes } from './database.ts';

const { TIMESTAMPTZ } = pg.types.builtins;
const parseTime = pg.types.getTypeParser(TIMESTAMPTZ) as (time: string) => Date;

/** For statements that return many times: creating a Date for each and formatting it costs more than the rest of a row. */
export const isoTimeTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary'): unknown =>
    oid === TIMESTAMPTZ
      ? isoText
      : columnTypes.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

const plainLength = '2026-01-31 09:30:00+00'.length;

/** ISO 8601 in UTC with milliseconds, from Postgres's text, which omits trailing zeros of the fraction. */
export function isoText(time: string): string {
  if (!time.endsWith('+00') || time[10] !== ' ' || time.length > plainLength + 4) {
    return parseTime(time).toISOString();
  }
  const seconds = `${time.slice(0, 10)}T${time.slice(11, 19)}`;
  return `${seconds}${(time.slice(19, -3) || '.').padEnd(4, '0')}Z`;
}
