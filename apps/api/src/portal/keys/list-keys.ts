/** Reads an organisation's keys, revoked and expired ones too. */

import type { KeyScope } from '@liblab/audit-core';
import type { ActContext } from '../../trail/record/record-act.ts';

/** A key as people see it; times are ISO 8601. */
export interface KeyRow {
  id: string;
  name: string;
  scopes: KeyScope[];
  /** Null: every type that is not reserved. */
  emitTypes: string[] | null;
  createdAt: string;
  /** Null: the service itself. */
  createdBy: { userId: string; name: string; email: string } | null;
  expiresAt: string;
  lastUsedAt: string | null;
  /** When this organisation revoked it. */
  revokedAt: string | null;
  revokedBy: { userId: string; name: string } | null;
  /** The first characters of the secret and an ellipsis. */
  prefix: string;
}

export interface KeyFilter {
  id?: string;
  /** The CI tokens alone that this person made for themselves. */
  tokensOf?: string;
}

/** Beyond it the oldest of those that ended are left out; those that still work are fewer. */
const listedMax = 1_000;

/** Newest first; without a filter the organisation's. */
export async function listKeys(
  { db: { pool }, clock }: Pick<ActContext, 'db' | 'clock'>,
  organizationId: string,
  { id, tokensOf }: KeyFilter = {},
): Promise<KeyRow[]> {
  const { rows } = await pool.query<SelectedRow>(
    `select k.id, k.name, k.scopes, k.emit_types, k.created_at, k.expires_at, k.last_used_at, k.prefix,
            o.revoked_at, o.revoked_by, r.name as revoker_name,
            k.created_by, u.name as creator_name, u.email as creator_email
     from key_organizations o
       join keys k on k.id = o.key_id
       left join users u on u.id = k.created_by
       left join users r on r.id = o.revoked_by
     where o.organization_id = $1 and ($2::uuid is null or k.id = $2)
       and ($3::uuid is null or (k.created_by = $3 and k.scopes = array['build']))
     order by (o.revoked_at is null and k.expires_at > $4) desc, k.created_at desc, k.id
     limit ${listedMax}`,
    [organizationId, id ?? null, tokensOf ?? null, new Date(clock())],
  );
  return rows.map(keyRow).toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
}

interface SelectedRow {
  id: string;
  name: string;
  scopes: KeyScope[];
  emit_types: string[] | null;
  created_at: Date;
  expires_at: Date;
  last_used_at: Date | null;
  prefix: string;
  revoked_at: Date | null;
  revoked_by: string | null;
  revoker_name: string | null;
  created_by: string | null;
  creator_name: string | null;
  creator_email: string | null;
}

function keyRow(row: SelectedRow): KeyRow {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    emitTypes: row.emit_types,
    createdAt: row.created_at.toISOString(),
    createdBy:
      row.created_by === null || row.creator_name === null || row.creator_email === null
        ? null
        : { userId: row.created_by, name: row.creator_name, email: row.creator_email },
    expiresAt: row.expires_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    revokedBy:
      row.revoked_by === null || row.revoker_name === null
        ? null
        : { userId: row.revoked_by, name: row.revoker_name },
    prefix: `${row.prefix}…`,
  };
}
