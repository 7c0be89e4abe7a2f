/** Reads one member, and the history of who is or was one. */

import { addressOf, type Permission, type TrailEvent } from '@liblab/audit-core';
import { z } from 'zod';
import { readHistory, type HistoryContext } from '../../trail/query/read-history.ts';
import type { TrailContext } from '../../trail/store/trail-context.ts';
import { listMembers, noMember, type MemberRow } from './list-members.ts';

export interface MemberPage {
  member: { userId: string; name: string; email: string | null };
  /** Null for a former member. */
  membership: Pick<MemberRow, 'role' | 'joinedAt' | 'lastActivityAt'> | null;
  /** Of this organisation, newest first; absent if the caller may not see them. */
  tokens?: MemberToken[];
  /** What the person did and what was done to them, newest first; absent if the caller may not read the trail. */
  events?: TrailEvent[];
}

export interface MemberToken {
  id: string;
  name: string;
  expiresAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

/**
 * For non-members, reads only the trail, so nothing is revealed about people in other organisations.
 *
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
  const {
    members: [row],
  } = isUser ? await listMembers(services, organizationId, { activity, userId }) : { members: [] };
  const target = { type: 'user', id: userId };
  if (!row && may('trail:read')) return readPastMember(services, organizationId, userId);
  if (!row) throw noMember();
  const { userId: _userId, name, email, ...membership } = row;
  const address = addressOf({ id: userId, email });
  return {
    member: { userId, name, email },
    membership,
    ...(may('keys:manage') || askerId === userId
      ? { tokens: await listTokens(services, organizationId, userId) }
      : {}),
    ...(may('trail:read')
      ? { events: await readHistory(services, organizationId, { target, address }) }
      : {}),
  };
}

/** A former member, as events describe them. */
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
    events,
  };
}

async function listTokens(
  { db: { models } }: Pick<TrailContext, 'db'>,
  organizationId: string,
  userId: string,
): Promise<MemberToken[]> {
  const rows = await models.KeyOrganization.findAll({
    where: { organizationId },
    include: [{ association: 'key', where: { createdBy: userId } }],
    order: [['key', 'createdAt', 'DESC'], 'keyId'],
  });
  return rows.flatMap(({ key, revokedAt }) =>
    key
      ? [
          {
            id: key.id,
            name: key.name,
            expiresAt: key.expiresAt.toISOString(),
            lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
            revokedAt: revokedAt?.toISOString() ?? null,
          },
        ]
      : [],
  );
}
