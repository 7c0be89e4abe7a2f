/** A person makes a key for an organisation: the key and its event stand together. */

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

/** Of one person in one organisation, of those that still work: what lists show holds all of them. */
const activeMax = 100;

export interface NewMemberKey extends Omit<NewKey, 'id' | 'organizationIds' | 'createdBy'> {
  organizationId: string;
  /** What whoever makes it must be allowed to. */
  permission: 'keys:manage' | 'tokens:own';
}

/**
 * The answer is the only time that the secret is shown.
 * @throws AppError `bad_request`; `forbidden`, recorded as denied; `conflict` beyond 100 keys that still work
 */
export async function addKey(
  services: ActContext,
  source: Source,
  { organizationId, permission, ...spec }: NewMemberKey,
): Promise<{ id: string; secret: string }> {
  const { db } = services;
  const { name, days, ...given } = parseInput(keySpec, spec);
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
      scopes: keyScopes.filter((scope) => given.scopes.includes(scope)),
    },
  };
  return attemptAct(services, source, async (transaction) => {
    // Held until commit: whoever makes several at once makes no more than the limit, nor any after leaving.
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
