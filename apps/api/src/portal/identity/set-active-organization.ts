/** Moves a session to another of its user's organisations. */

import { AppError } from '@liblab/audit-core';
import type { UserPrincipal } from '../../access/principal.ts';
import type { Database } from '../../db/database.ts';

/** Throws `not_found` for an organisation that the user is no member of, whether or not it exists. */
export async function setActiveOrganization(
  { pool }: Pick<Database, 'pool'>,
  { sessionId, userId }: UserPrincipal,
  organizationId: string,
): Promise<void> {
  const { rowCount } = await pool.query(
    `update sessions set active_organization_id = $3, updated_at = now()
     where id = $1 and exists (select from members where user_id = $2 and organization_id = $3)`,
    [sessionId, userId, organizationId],
  );
  if (rowCount === 0) {
    throw new AppError('not_found', 'There is no such organisation, or you do not belong to it.');
  }
}
