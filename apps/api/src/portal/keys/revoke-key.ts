/** Revokes a key for an organisation. A service key stays valid in its other organisations. */

import { AppError, type Role } from '@liblab/audit-core';
import { revokeKeys, revocationAct } from '../accounts/revoke-keys.ts';
import { requireRole } from '../../access/authorize.ts';
import { attemptAct, denyUnless } from '../../trail/record/attempt-act.ts';
import type { PortalContext } from '../portal-context.ts';
import type { Source } from '../../access/source.ts';

/**
 * Does nothing and records nothing when the key is already revoked. Members can revoke their own keys; other keys require
 * `keys:manage`.
 *
 * @throws AppError `forbidden`, recorded as denied; `not_found` when the key does not exist or belongs to another
 *   organisation
 */
export async function revokeKey(
  services: PortalContext,
  source: Source,
  { organizationId, id }: { organizationId: string; id: string },
): Promise<void> {
  const { models } = services.db;
  const userId = source.actor.id;
  await attemptAct(services, source, async (transaction) => {
    const [link, key, member] = [
      await models.KeyOrganization.findOne({ where: { keyId: id, organizationId }, transaction }),
      await models.Key.findByPk(id, { transaction }),
      await models.Member.findOne({ where: { organizationId, userId }, transaction }),
    ];
    if (!link || !key) throw keyNotFound();
    denyUnless(revocationAct(organizationId, key), () =>
      requireMayRevoke(member?.role, key.createdBy === userId),
    );
    await revokeKeys(services, transaction, source, { organizationId, id });
  });
  services.keys.forget(id);
}

export function keyNotFound(): AppError {
  return new AppError('not_found', 'This organisation has no such key.');
}

function requireMayRevoke(role: Role | undefined, isOwn: boolean): void {
  requireRole(role, isOwn ? 'tokens:own' : 'keys:manage');
}
