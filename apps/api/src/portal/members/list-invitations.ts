/** Reads the invitations that wait for an answer. */

import type { Role } from '@liblab/audit-core';
import type { Database } from '../../db/database.ts';

/** An open invitation; times are ISO 8601. */
export interface InvitationRow {
  id: string;
  email: string;
  role: Role;
  invitedBy: { name: string; email: string };
  createdAt: string;
  /** It may lie in the past: until it is sent again or withdrawn, an expired one is shown. */
  expiresAt: string;
}

/** Newest first; one alone when `id` is given. */
export async function listInvitations(
  { pool }: Pick<Database, 'pool'>,
  organizationId: string,
  id?: string,
): Promise<InvitationRow[]> {
  const { rows } = await pool.query<{
    id: string;
    email: string;
    role: Role;
    inviter_name: string;
    inviter_email: string;
    created_at: Date;
    expires_at: Date;
  }>(
    `select i.id, i.email, i.role, u.name as inviter_name, u.email as inviter_email, i.created_at, i.expires_at
     from invitations i join users u on u.id = i.inviter_id
     where i.organization_id = $1 and i.status = 'pending' and ($2::uuid is null or i.id = $2)
     order by i.created_at desc, i.id`,
    [organizationId, id ?? null],
  );
  return rows.map((row) => ({
    id: row.id,
    email: row.email,
    role: row.role,
    invitedBy: { name: row.inviter_name, email: row.inviter_email },
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }));
}
