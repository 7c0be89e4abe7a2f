/** Counts the events that match a query. */

import { compileQuery, type QueryContext } from './compile-query.ts';
import { readQuery, type QueryInput } from './query-input.ts';
import { scansOf } from './scan.ts';

export interface Count {
  count: number;
  /** True when there are more: counting stopped at 10,000 or at its cost limit. */
  capped: boolean;
}

const countMax = 10_000;
/** The maximum number of events read and tested, over all scans. */
const bringMost = 40_000;
/** A query may have hundreds of scans: only the most promising are tried. */
const waysMax = 4;
/** Each scan reads enough events to count them all, or as many as it can test within this many buffers. */
const leastBuffersMax = 200_000;

/** @throws AppError `invalid_filter` */
export async function countEvents(
  ctx: QueryContext,
  organizationId: string,
  input: QueryInput,
): Promise<Count> {
  const { range, criteria } = await compileQuery(ctx, organizationId, readQuery(input));
  const scans = scansOf(criteria).slice(0, waysMax);
  let most = 0;
  for (const { eventBuffers, sql } of scans) {
    const least = Math.min(countMax + 1, Math.ceil(leastBuffersMax / eventBuffers));
    const bringMax = Math.max(least, Math.floor(bringMost / scans.length / eventBuffers));
    const { text, values, exact } = sql({
      organizationId,
      range,
      direction: 'older',
      rowsMax: countMax + 1,
      bringMax,
    });
    const { rows } = await ctx.db.readers.query<{ count: number; cut: boolean }>(
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
