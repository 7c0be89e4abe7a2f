/** Reads an organisation's members, and when each was last seen to act. */

import { addressOf, AppError, type Role } from '@liblab/audit-core';
import type { TrailContext } from '../../trail/store/trail-context.ts';
import type { HistoryContext } from '../../trail/query/read-history.ts';

/** A member as people see them; times are ISO 8601. */
export interface MemberRow {
  userId: string;
  name: string;
  email: string;
  role: Role;
  joinedAt: string;
  /** The newest event in this trail that the person did; null for nobody's, and for who may not know. */
  lastActivityAt: string | null;
}

/** Where a page ends: the next begins behind it. */
export interface MemberCursor {
  /** ISO 8601. */
  joinedAt: string;
  userId: string;
}

export interface MembersAsked {
  activity: boolean;
  /** One alone. */
  userId?: string;
  after?: MemberCursor | undefined;
  /** 1 when absent. */
  limit?: number;
}

/** Oldest membership first, from behind `after`; one alone when `userId` is given. */
export async function listMembers(
  services: Pick<HistoryContext, 'db' | 'actorRefs'>,
  organizationId: string,
  { activity, userId, after, limit = 1 }: MembersAsked,
): Promise<MemberRow[]> {
  const { rows } = await services.db.pool.query<{
    user_id: string;
    name: string;
    email: string;
    role: Role;
    created_at: Date;
  }>(
    `select m.user_id, u.name, u.email, m.role, m.created_at
     from members m join users u on u.id = m.user_id
     where m.organization_id = $1 and ($2::uuid is null or m.user_id = $2)
       and ($3::timestamptz is null or (date_trunc('milliseconds', m.created_at), m.user_id) > ($3, $4::uuid))
     order by date_trunc('milliseconds', m.created_at), m.user_id limit $5`,
    [organizationId, userId ?? null, after?.joinedAt ?? null, after?.userId ?? null, limit],
  );
  const refs = rows.map(({ user_id: id, email }) =>
    services.actorRefs.of(addressOf({ id, email })).toString(),
  );
  const seen = await readActivity(services, organizationId, activity ? refs : []);
  return rows.map((row, index) => ({
    userId: row.user_id,
    name: row.name,
    email: row.email,
    role: row.role,
    joinedAt: row.created_at.toISOString(),
    lastActivityAt: seen.get(refs[index] as string)?.toISOString() ?? null,
  }));
}

/** The same for who is no member as for who does not exist. */
export function noMember(): AppError {
  return new AppError('not_found', 'There is no such member of this organisation.');
}

/** One read of the index by actor each. Whoever failed to sign in as somebody is not that person's activity. */
async function readActivity(
  { db }: Pick<TrailContext, 'db'>,
  organizationId: string,
  refs: readonly string[],
): Promise<Map<string, Date>> {
  const { rows } = await db.readers.query<{ ref: string; at: Date }>(
    `select r.ref, e.at
     from unnest($2::text[]) r (ref)
     cross join lateral (
       select at from audit_events
       where organization_id = $1 and actor_ref = r.ref::bigint and type <> 'session.sign_in_failure'
       order by at desc, seq desc limit 1) e`,
    [organizationId, refs],
  );
  return new Map(rows.map(({ ref, at }) => [ref, at]));
}
