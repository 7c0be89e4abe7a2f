/** A scan reads a query's events in the trail's order, through the index ranges of one criterion, and tests the others. */

import { columnsOf } from '../store/row-codec.ts';
import {
  eventsWhere,
  leastSelective,
  lookUpBuffers,
  type Bind,
  type BindSql,
  type Criterion,
} from './criteria.ts';
import type { Direction, Position, Range } from './position.ts';

export interface Scan {
  /** The number of index ranges, each of which costs a descent. */
  startBuffers: number;
  /** The cost of reading and testing one event. */
  eventBuffers: number;
  sql: (options: ScanOptions) => Statement;
}

export interface ScanOptions {
  organizationId: string;
  range: Range;
  direction: Direction;
  /** The maximum number of rows returned. */
  rowsMax: number;
  /**
   * The maximum number of events read, whether or not they match. The last of them is also returned, with `brought` equal
   * to this limit; `found` tells whether it matches.
   */
  bringMax: number;
}

export interface Statement {
  text: string;
  values: unknown[];
  /** True when every event that is read matches; the rows then have neither `found` nor `brought`. */
  exact: boolean;
}

/**
 * The scans for a set of criteria, the most promising first. A single criterion has one scan, which is exact. Of several
 * criteria each drives one scan, because statistics cannot tell which types an actor's events have: use the first scan
 * that finishes within its limit, else the one that got furthest. Empty when no event can match.
 */
export function scansOf(criteria: readonly Criterion[]): Scan[] {
  const driving = criteria.filter((criterion) => criterion.arms);
  if (driving.some((criterion) => criterion.arms?.(() => '').length === 0)) return [];
  return driving.length > 0
    ? driving.map((driver) =>
        scanOf(
          driver,
          criteria.filter((other) => other !== driver),
        ),
      )
    : [scanOf(everything, criteria)];
}

const everything: Criterion = {
  arms: () => [eventsWhere('true')],
  test: () => 'true',
  rank: leastSelective,
  bringBuffers: 1,
  testBuffers: 0,
};

function scanOf(driver: Criterion, others: readonly Criterion[]): Scan {
  const tested = driver.isLoose ? [driver, ...others] : others;
  const tests = tested.map(({ test }) => test);
  return {
    startBuffers: (driver.arms?.(() => '').length ?? 0) * lookUpBuffers,
    eventBuffers: tested.reduce((sum, { testBuffers }) => sum + testBuffers, driver.bringBuffers),
    sql: (options) => scanSql(driver, driver.overlaps ? [isFirst, ...tests] : tests, options),
  };
}

/** In the trail's order, an event that two arms return comes twice in a row. */
const isFirst: BindSql = () => 'coalesce(lag(w.seq) over () <> w.seq, true)';

function scanSql(
  driver: Criterion,
  tests: readonly BindSql[],
  { organizationId, range, direction, rowsMax, bringMax }: ScanOptions,
): Statement {
  const values: unknown[] = [organizationId];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const exact = tests.length === 0;
  const merged = mergeSql(driver, bind, range, direction, exact);
  if (exact) return { text: `${merged} limit ${bind(rowsMax)}`, values, exact };
  const test = tests.map((sql) => sql(bind)).join(' and ');
  const bound = bind(bringMax);
  return {
    text: `select * from (
        select ${columnsOf('w')}, ${test} as found, row_number() over () as brought from (${merged} limit ${bound}) w
      ) s where found or brought = ${bound} limit ${bind(rowsMax)}`,
    values,
    exact,
  };
}

/** The driver's events in order. Several arms are merged lazily, reading one event of each ahead. */
function mergeSql(
  driver: Criterion,
  bind: Bind,
  range: Range,
  direction: Direction,
  exact: boolean,
): string {
  const order = direction === 'older' ? 'desc' : 'asc';
  const after = bindPosition(bind, range.after);
  const before = bindPosition(bind, range.before);
  const tested = exact ? '' : ', e.actor_ref, e.behalf_ref';
  // A row comparison for each end sets the bounds of the index range. Each arm has its own order by; without it, Postgres
  // would read all arms and sort.
  const arms = (driver.arms?.(bind) ?? []).map(
    ({ from, key, condition }) =>
      `select ${columnsOf('e')}${tested} from ${from}
      where ${condition} and (${key}.at, ${key}.seq) > ${after} and (${key}.at, ${key}.seq) < ${before}
      order by ${key}.at ${order}, ${key}.seq ${order}`,
  );
  return arms.length === 1
    ? arms.join('')
    : `(${arms.join(') union all (')}) order by at ${order}, seq ${order}`;
}

function bindPosition(bind: Bind, { atMs, seq }: Position): string {
  return `(${bind(new Date(atMs).toISOString())}::timestamptz, ${bind(seq)}::bigint)`;
}
