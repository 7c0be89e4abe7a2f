/** Finds the actors that a query names by their address. */

import { foldCase, isWholeAddress, type Pattern } from '@liblab/audit-core';
import type { Pool } from 'pg';
import type { Bind } from './criteria.ts';

/** With more actors than this, the actor of each event is looked up instead. */
const actorsMax = 5_000;

/** Refs of `actors`, as text because they take 64 bits; undefined when there are too many to name. */
export type ActorRefs = readonly string[] | undefined;

/** % and _ mean themselves. */
export async function findActors(
  db: Pool,
  organizationId: string,
  patterns: readonly Pattern[],
): Promise<ActorRefs> {
  const values: unknown[] = [organizationId];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const { rows } = await db.query<{ ref: string }>(
    `select ref::text from actors a
     where organization_id = $1 and ${addressCondition(patterns, bind)} limit ${actorsMax + 1}`,
    values,
  );
  return rows.length > actorsMax ? undefined : rows.map(({ ref }) => ref);
}

/** True for a row `a` of actors whose address is, contains or begins with one of the texts. */
export function addressCondition(patterns: readonly Pattern[], bind: Bind): string {
  const conditions = patterns.map((pattern) => {
    if (pattern.kind === 'any') return 'true';
    // The writer folds case with the same function.
    const text = foldCase(pattern.text);
    if (pattern.kind === 'prefix') return `starts_with(a.address, ${bind(text)}::text)`;
    return isWholeAddress(text)
      ? `a.address = ${bind(text)}::text`
      : `strpos(a.address, ${bind(text)}::text) > 0`;
  });
  return `(${conditions.join(' or ')})`;
}
