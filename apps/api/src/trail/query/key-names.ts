/** Reads and caches the names of keys. */

import type { Pool, PoolClient } from 'pg';

/** A key's name never changes and its row is never deleted, so cached names never expire. */
const known = new Map<string, string>();

/** Names by key id, including those of all keys in the rows. */
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
