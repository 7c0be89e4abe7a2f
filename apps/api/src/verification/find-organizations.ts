/** Finds the organisations that have or had a trail. */

import type { ClientBase } from 'pg';

/** The sorted ids in any of the trail's tables, together with `known` ones from outside the database. */
export async function findOrganizations(
  client: ClientBase,
  known: Iterable<string>,
): Promise<string[]> {
  const { rows } = await client.query<{ organization_id: string }>(
    `select organization_id from log_heads union select organization_id from log_batches
     union select organization_id from log_checkpoints union select organization_id from audit_events`,
  );
  return [...new Set([...rows.map((row) => row.organization_id), ...known])].toSorted();
}
