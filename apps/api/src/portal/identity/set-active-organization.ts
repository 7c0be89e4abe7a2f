/** Moves a session to another of its user's organisations. */

import { AppError } from '@liblab/audit-core';
import type { UserPrincipal } from '../../access/principal.ts';
import type { ActContext } from '../../trail/record/record-act.ts';

/** @throws AppError `not_found` when the user is not a member, whether or not the organisation exists */
export async function setActiveOrganization(
  { db: { pool }, clock }: Pick<ActContext, 'db' | 'clock'>,
  { sessionId, userId }: UserPrincipal,
  organizationId: string,
): Promise<void> {
  const { rowCount } = await pool.query(
    `update sessions set active_organization_id = $3, updated_at = $4
     where id = $1 and exists (select from members where user_id = $2 and organization_id = $3)`,
    [sessionId, userId, organizationId, new Date(clock())],
  );
  if (rowCount === 0) {
    throw new AppError(
      'not_found',
      'The organisation does not exist, or you are not a member of it.',
    );
  }
}
