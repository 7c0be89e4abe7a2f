/** Finds the actors whose address contains a text. */

import type { Pool } from 'pg';
import type { Filter } from './filter.ts';

/** Up to so many are read each by its own index ranges. */
export const actorsByIndexMax = 50;

/** Beyond so many, each event's actor is looked up instead. */
const actorsMax = 5_000;

/** Refs of `actors`, as text because they take 64 bits; undefined when there are too many to name, or no filter. */
export type ActorRefs = readonly string[] | undefined;

/** The actors a filter names by a part of their address; % and _ mean themselves. */
export async function findActors(
  db: Pool,
  { organizationId, needle }: Pick<Filter, 'organizationId' | 'needle'>,
): Promise<ActorRefs> {
  if (needle === undefined) return undefined;
  const { rows } = await db.query<{ ref: string }>(
    `select ref::text from actors
     where organization_id = $1 and strpos(address, $2) > 0 limit ${actorsMax + 1}`,
    [organizationId, needle],
  );
  return rows.length > actorsMax ? undefined : rows.map(({ ref }) => ref);
}
