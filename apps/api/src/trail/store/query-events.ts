/** Selects events from audit_events. */

import pg, { type Pool, type PoolClient, type QueryConfig, type QueryResult } from 'pg';
import { columnTypes } from '../../db/database.ts';
import type { EventRow } from './read-event.ts';

/** What `readEvent` needs, for a select from audit_events as `e`. */
export const eventColumns =
  'e.organization_id, e.seq, e.id, e.at, e.logged_at, e.late, e.type, e.outcome, e.key_id, e.disclosures';

/** Runs a select of `eventColumns` and of whatever else `Row` has. */
export function queryEvents<Row extends EventRow = EventRow>(
  db: Pool | PoolClient,
  statement: QueryConfig,
): Promise<QueryResult<Row>> {
  return db.query<Row>({ ...statement, types });
}

const { TIMESTAMPTZ } = pg.types.builtins;
const parseTime = pg.types.getTypeParser(TIMESTAMPTZ) as (time: string) => Date;

/** Times stay text: to make a Date of each, and text of that again, takes longer than the rest of the row. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary'): unknown =>
    oid === TIMESTAMPTZ
      ? isoText
      : columnTypes.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

const plainLength = '2026-01-31 09:30:00+00'.length;

/** ISO 8601 in UTC with milliseconds, from a time as Postgres writes it: without a fraction's last zeros. */
export function isoText(time: string): string {
  if (!time.endsWith('+00') || time[10] !== ' ' || time.length > plainLength + 4) {
    return parseTime(time).toISOString();
  }
  const seconds = `${time.slice(0, 10)}T${time.slice(11, 19)}`;
  return `${seconds}${(time.slice(19, -3) || '.').padEnd(4, '0')}Z`;
}
