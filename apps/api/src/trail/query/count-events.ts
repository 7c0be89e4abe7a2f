/** How many events a filter finds. */

import { criteriaOf } from './criteria.ts';
import { readFilter, type FilterInput } from './filter.ts';
import { findActors } from './find-actors.ts';
import type { TrailContext } from '../store/trail-context.ts';
import { scansOf } from './scan.ts';

export interface Count {
  count: number;
  /** There are more: counting stopped at 10,000, or where going on would have cost too much. */
  capped: boolean;
}

const countMax = 10_000;
/** Events brought and tested at most, over all ways to read them. */
const bringMost = 40_000;

/** @throws AppError `invalid_filter` */
export async function countEvents(
  { db }: Pick<TrailContext, 'db'>,
  organizationId: string,
  input: FilterInput,
): Promise<Count> {
  const filter = readFilter(organizationId, input);
  const refs = await findActors(db.pool, filter);
  const scans = scansOf(criteriaOf(filter, refs));
  let most = 0;
  for (const { eventBuffers, sql } of scans) {
    const bringMax = Math.max(countMax + 1, Math.floor(bringMost / scans.length / eventBuffers));
    const { text, values, exact } = sql({
      organizationId,
      range: filter.range,
      direction: 'older',
      rowsMax: countMax + 1,
      bringMax,
    });
    const { rows } = await db.readers.query<{ count: number; cut: boolean }>(
      exact
        ? `select count(*) as count, false as cut from (${text}) counted`
        : `select count(*) filter (where found) as count, coalesce(bool_or(brought = ${bringMax}), false) as cut
           from (${text}) counted`,
      values,
    );
    const { count = 0, cut = false } = rows[0] ?? {};
    if (count > countMax) return { count: countMax, capped: true };
    if (!cut) return { count, capped: false };
    most = Math.max(most, count);
  }
  return { count: most, capped: scans.length > 0 };
}
