/** The names of the keys that reported events. */

import type { Pool, PoolClient } from 'pg';

/** Names never change, and rows of keys are never deleted: what was read once holds for the life of the process. */
const known = new Map<string, string>();

/** Names by id, at least those of the rows' keys that exist. */
export async function readKeyNames(
  db: Pool | PoolClient,
  rows: readonly { key_id: string | null }[],
): Promise<ReadonlyMap<string, string>> {
  const missing = new Set<string>();
  for (const { key_id: id } of rows) if (id !== null && !known.has(id)) missing.add(id);
  if (missing.size === 0) return known;
  const { rows: keys } = await db.query<{ id: string; name: string }>(
    'select id, name from keys where id = any($1::uuid[])',
    [[...missing]],
  );
  for (const { id, name } of keys) known.set(id, name);
  return known;
}
