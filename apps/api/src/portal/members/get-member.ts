/** Reads a current or former member and their history. */

import { addressOf, type Permission, type TrailEvent } from '@liblab/audit-core';
import { z } from 'zod';
import { readHistory, type HistoryContext } from '../../trail/query/read-history.ts';
import type { TrailContext } from '../../trail/store/trail-context.ts';
import { listMembers, memberNotFound, type MemberRow } from './list-members.ts';

export interface MemberPage {
  member: { userId: string; name: string; email: string | null };
  /** Null for a former member. */
  membership: Pick<MemberRow, 'role' | 'joinedAt' | 'lastActivityAt'> | null;
  /** Of this organisation, newest first; absent if the caller may not see them. */
  tokens?: MemberToken[];
  /** Events by and about the person, newest first; absent if the caller may not read the trail. */
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
    callerId,
    may,
  }: {
    organizationId: string;
    userId: string;
    callerId: string;
    may: (permission: Permission) => boolean;
  },
): Promise<MemberPage> {
  const isUser = z.guid().safeParse(userId).success;
  const {
    members: [row],
  } = isUser
    ? await listMembers(services, organizationId, { activity: may('members:manage'), userId })
    : { members: [] };
  const target = { type: 'user', id: userId };
  if (!row && may('trail:read')) return readFormerMember(services, organizationId, userId);
  if (!row) throw memberNotFound();
  const { userId: _userId, name, email, ...membership } = row;
  const address = addressOf({ id: userId, email });
  return {
    member: { userId, name, email },
    membership,
    ...(may('keys:manage') || callerId === userId
      ? { tokens: await listTokens(services, organizationId, userId) }
      : {}),
    ...(may('trail:read')
      ? { events: await readHistory(services, organizationId, { target, address }) }
      : {}),
  };
}

/** A former member, reconstructed from events. */
async function readFormerMember(
  services: HistoryContext,
  organizationId: string,
  userId: string,
): Promise<MemberPage> {
  const target = { type: 'user', id: userId };
  const targeting = await readHistory(services, organizationId, { target });
  if (targeting.length === 0) throw memberNotFound();
  const actor = targeting.find((event) => event.actor.id === userId)?.actor;
  const namedTarget = targeting
    .flatMap(({ targets }) => targets)
    .find(({ id, name }) => id === userId && name);
  const events = actor
    ? await readHistory(services, organizationId, { target, address: addressOf(actor) })
    : targeting;
  return {
    member: {
      userId,
      name: actor?.name ?? namedTarget?.name ?? userId,
      email: actor?.email ?? null,
    },
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
