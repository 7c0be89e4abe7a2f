/** Creates a member's key for an organisation and records it atomically. */

import { randomUUID } from 'node:crypto';
import { AppError, keyScopes } from '@liblab/audit-core';
import { Op, type Transaction } from 'sequelize';
import { requireRole } from '../../access/authorize.ts';
import { parseInput } from '../../http/parse-input.ts';
import { attemptAct, denyUnless } from '../../trail/record/attempt-act.ts';
import type { Source } from '../../access/source.ts';
import { recordAct, type Act, type ActContext } from '../../trail/record/record-act.ts';
import type { TrailContext } from '../../trail/store/trail-context.ts';
import { createKey, expiryOf, keySpec, type NewKey } from './create-key.ts';

/** Active keys per member and organisation. Below the size of a list, so lists show all of them. */
const activeMax = 100;

export interface NewMemberKey extends Omit<NewKey, 'id' | 'organizationIds' | 'createdBy'> {
  organizationId: string;
  /** The permission that creating the key requires. */
  permission: 'keys:manage' | 'tokens:own';
}

/**
 * The returned secret cannot be read again.
 *
 * @throws AppError `bad_request`; `forbidden`, recorded as denied; `conflict` beyond 100 active keys
 */
export async function addKey(
  services: ActContext,
  source: Source,
  { organizationId, permission, ...spec }: NewMemberKey,
): Promise<{ id: string; secret: string }> {
  const { db } = services;
  const { name, days, scopes } = parseInput(keySpec, spec);
  const createdAt = new Date(services.clock());
  const id = randomUUID();
  const userId = source.actor.id;
  const act: Act<'user.add_ci_token'> = {
    organizationId,
    type: 'user.add_ci_token',
    targets: [{ type: 'ci-token', id, name }],
    details: {
      name,
      tokenId: id,
      expiresAt: expiryOf(createdAt, days).toISOString(),
      scopes: keyScopes.filter((scope) => scopes.includes(scope)),
    },
  };
  return attemptAct(services, source, async (transaction) => {
    // Locked until commit, so that concurrent calls stay within the limit and a removed member creates no key.
    const member = await db.models.Member.findOne({
      where: { organizationId, userId },
      lock: transaction.LOCK.UPDATE,
      transaction,
    });
    denyUnless(act, () => requireRole(member?.role, permission));
    await requireBelowKeyLimit(services, transaction, { organizationId, userId, createdAt });
    const key = { ...spec, id, organizationIds: [organizationId], createdBy: userId, createdAt };
    const { secret } = await createKey(services, transaction, key);
    await recordAct(services, transaction, source, act);
    return { id, secret };
  });
}

async function requireBelowKeyLimit(
  { db: { models } }: Pick<TrailContext, 'db'>,
  transaction: Transaction,
  {
    organizationId,
    userId,
    createdAt,
  }: { organizationId: string; userId: string; createdAt: Date },
): Promise<void> {
  const active = await models.KeyOrganization.count({
    where: { organizationId, revokedAt: null },
    include: [
      {
        association: 'key',
        where: { createdBy: userId, expiresAt: { [Op.gt]: createdAt } },
        required: true,
      },
    ],
    transaction,
  });
  if (active < activeMax) return;
  throw new AppError(
    'conflict',
    `You have reached the limit of ${activeMax} active keys in this organisation. Revoke some first.`,
  );
}
