/** Reads one member, and the history of who is or was one. */

import { addressOf, type Permission, type TrailEvent } from '@liblab/audit-core';
import { z } from 'zod';
import { readHistory, type HistoryContext } from '../../trail/query/read-history.ts';
import type { TrailContext } from '../../trail/store/trail-context.ts';
import { listMembers, noMember, type MemberRow } from './list-members.ts';

export interface MemberPage {
  member: { userId: string; name: string; email: string | null };
  /** Null for who was removed. */
  membership: Pick<MemberRow, 'role' | 'joinedAt' | 'lastActivityAt'> | null;
  /** Of this organisation, newest first; null for who may not see them. */
  tokens: MemberToken[] | null;
  /** What the person did and what was done to them, newest first; null for who may not read the trail. */
  events: TrailEvent[] | null;
}

export interface MemberToken {
  id: string;
  name: string;
  expiresAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

/**
 * Of who is no member the trail alone is asked, so that nothing is told of people of other organisations.
 * @throws AppError `not_found`
 */
export async function getMember(
  services: HistoryContext,
  {
    organizationId,
    userId,
    askerId,
    may,
  }: {
    organizationId: string;
    userId: string;
    askerId: string;
    may: (permission: Permission) => boolean;
  },
): Promise<MemberPage> {
  const activity = may('members:manage');
  const isUser = z.guid().safeParse(userId).success;
  const [row] = isUser ? await listMembers(services, organizationId, { activity, userId }) : [];
  const target = { type: 'user', id: userId };
  if (!row && may('trail:read')) return readPastMember(services, organizationId, userId);
  if (!row) throw noMember();
  const { name, email, role, joinedAt, lastActivityAt } = row;
  const address = addressOf({ id: userId, email });
  return {
    member: { userId, name, email },
    membership: { role, joinedAt, lastActivityAt },
    tokens:
      may('keys:manage') || askerId === userId
        ? await listTokens(services, organizationId, userId)
        : null,
    events: may('trail:read')
      ? await readHistory(services, organizationId, { target, address })
      : null,
  };
}

/** As the events that speak of the person say. */
async function readPastMember(
  services: HistoryContext,
  organizationId: string,
  userId: string,
): Promise<MemberPage> {
  const target = { type: 'user', id: userId };
  const known = await readHistory(services, organizationId, { target });
  if (known.length === 0) throw noMember();
  const self = known.find(({ actor }) => actor.id === userId)?.actor;
  const named = known
    .flatMap(({ targets }) => targets)
    .find(({ id, name }) => id === userId && name);
  const events = self
    ? await readHistory(services, organizationId, { target, address: addressOf(self) })
    : known;
  return {
    member: { userId, name: self?.name ?? named?.name ?? userId, email: self?.email ?? null },
    membership: null,
    tokens: null,
    events,
  };
}

async function listTokens(
  { db }: Pick<TrailContext, 'db'>,
  organizationId: string,
  userId: string,
): Promise<MemberToken[]> {
  const { rows } = await db.pool.query<{
    id: string;
    name: string;
    expires_at: Date;
    last_used_at: Date | null;
    revoked_at: Date | null;
  }>(
    `select k.id, k.name, k.expires_at, k.last_used_at, o.revoked_at
     from keys k join key_organizations o on o.key_id = k.id
     where o.organization_id = $1 and k.created_by = $2 order by k.created_at desc, k.id`,
    [organizationId, userId],
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    expiresAt: row.expires_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  }));
}
