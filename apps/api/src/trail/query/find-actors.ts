/** Finds the actors that match a query's addresses. */

import { foldCase, isWholeAddress, type Pattern } from '@liblab/audit-core';
import type { Pool } from 'pg';
import type { Bind } from './criteria.ts';

/** With more matching actors than this, each event's actor is looked up instead. */
const actorsMax = 5_000;

/** Refs of matching actors, as text because they have 64 bits; undefined when there are too many. */
export type ActorRefs = readonly string[] | undefined;

/** Escapes % and _. */
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

/** SQL that is true for a row `a` of actors whose address equals, contains or begins with one of the texts. */
export function addressCondition(patterns: readonly Pattern[], bind: Bind): string {
  const conditions = patterns.map((pattern) => {
    if (pattern.kind === 'any') return 'true';
    // Addresses are stored with the same case folding.
    const text = foldCase(pattern.text);
    if (pattern.kind === 'prefix') return `starts_with(a.address, ${bind(text)}::text)`;
    return isWholeAddress(text)
      ? `a.address = ${bind(text)}::text`
      : `strpos(a.address, ${bind(text)}::text) > 0`;
  });
  return `(${conditions.join(' or ')})`;
}
