/** The organisations that have a trail, or once had one. */

import type { ClientBase } from 'pg';

/** Those that any table of the trail speaks of, and those that are known from elsewhere. */
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
