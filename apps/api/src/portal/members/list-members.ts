/** Lists an organisation's members, with the time of their last activity. */

import { addressOf, AppError, type Role } from '@liblab/audit-core';
import { Op } from 'sequelize';
import { z } from 'zod';
import type { MemberModel } from '../../db/models/identity.ts';
import { decodeCursor, pageOf, timeKey } from '../../http/page.ts';
import type { TrailContext } from '../../trail/store/trail-context.ts';
import type { HistoryContext } from '../../trail/query/read-history.ts';

/** Times are ISO 8601. */
export interface MemberRow {
  userId: string;
  name: string;
  email: string;
  role: Role;
  joinedAt: string;
  /** Time of the person's newest event in this trail; null if there is none, absent if the caller may not see it. */
  lastActivityAt?: string | null;
}

export interface MembersQuery {
  /** Whether to include `lastActivityAt`. */
  activity: boolean;
  /** Only this one. */
  userId?: string;
  /** 1 when absent. */
  limit?: number;
  cursor?: string | undefined;
}

const cursorKeys = z.tuple([timeKey, z.guid()]);

/**
 * Oldest membership first.
 *
 * @throws AppError `invalid_cursor`
 */
export async function listMembers(
  services: Pick<HistoryContext, 'db' | 'actorRefs'>,
  organizationId: string,
  { activity, userId, limit = 1, cursor }: MembersQuery,
): Promise<{ members: MemberRow[]; next?: string }> {
  const after = decodeCursor(cursorKeys, cursor);
  const found = await services.db.models.Member.findAll({
    where: {
      organizationId,
      ...(userId === undefined ? {} : { userId }),
      ...(after ? { [Op.and]: isAfter(new Date(after[0]), after[1]) } : {}),
    },
    include: [{ association: 'user', attributes: ['name', 'email'], required: true }],
    order: ['createdAt', 'userId'],
    limit: limit + 1,
  });
  const { rows, next } = pageOf(found, limit, (row) => [row.createdAt.toISOString(), row.userId]);
  const members = rows.map(memberRow);
  if (activity) await addActivity(services, organizationId, members);
  return next === undefined ? { members } : { members, next };
}

function isAfter(createdAt: Date, userId: string) {
  return {
    [Op.or]: [{ createdAt: { [Op.gt]: createdAt } }, { createdAt, userId: { [Op.gt]: userId } }],
  };
}

function memberRow({ userId, user, role, createdAt }: MemberModel): MemberRow {
  return {
    userId,
    name: user?.name ?? '',
    email: user?.email ?? '',
    role,
    joinedAt: createdAt.toISOString(),
  };
}

async function addActivity(
  { db, actorRefs }: Pick<HistoryContext, 'db' | 'actorRefs'>,
  organizationId: string,
  members: MemberRow[],
): Promise<void> {
  const refOf = ({ userId: id, email }: MemberRow) =>
    actorRefs.of(addressOf({ id, email })).toString();
  const lastAt = await readActivity({ db }, organizationId, members.map(refOf));
  for (const member of members) {
    member.lastActivityAt = lastAt.get(refOf(member))?.toISOString() ?? null;
  }
}

/** The same error whether or not the user exists elsewhere. */
export function memberNotFound(): AppError {
  return new AppError('not_found', 'This organisation has no such member.');
}

/** One index read per actor. Skips failed sign-ins, which may be somebody else's. */
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
