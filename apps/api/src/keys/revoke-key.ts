/** Revokes a key for some of its organisations; others of a service key keep it. */

import { AppError } from '@liblab/audit-core';
import type { Database } from '../db/database.ts';

export interface Revocation {
  organizationIds: readonly string[];
  id: string;
  /** Null: the service itself. */
  revokedBy: string | null;
}

/**
 * The row stays, with its first time of revocation: doing it twice changes nothing.
 * Throws `not_found` for a key of another organisation as for one that does not exist.
 */
export async function revokeKey(
  { pool }: Pick<Database, 'pool'>,
  { organizationIds, id, revokedBy }: Revocation,
  nowMs: number,
): Promise<void> {
  const { rowCount } = await pool.query(
    `update key_organizations
     set revoked_at = coalesce(revoked_at, $3), revoked_by = coalesce(revoked_by, $4)
     where key_id = $1 and organization_id = any($2)`,
    [id, organizationIds, new Date(nowMs), revokedBy],
  );
  if (rowCount === 0) throw new AppError('not_found', 'There is no such key in this organisation.');
}
