/** Revokes a key for an organisation; others of a service key keep it. */

import { AppError, type Role } from '@liblab/audit-core';
import { revokeKeys, revocationAct } from '../accounts/revoke-keys.ts';
import { requireRole } from '../../access/authorize.ts';
import { attemptAct, denyUnless } from '../../trail/record/attempt-act.ts';
import type { PortalContext } from '../portal-context.ts';
import type { Source } from '../../access/source.ts';

/**
 * Doing it twice changes nothing and records nothing. People revoke what they made; all others only who manages keys.
 * @throws AppError `forbidden`, recorded as denied; `not_found` for a key of another organisation as for one that does
 *   not exist
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
      requireRight(member?.role, key.createdBy === userId),
    );
    await revokeKeys(services, transaction, source, { organizationId, id });
  });
  services.keys.forget(id);
}

export function keyNotFound(): AppError {
  return new AppError('not_found', 'This organisation has no such key.');
}

function requireRight(role: Role | undefined, own: boolean): void {
  requireRole(role, own ? 'tokens:own' : 'keys:manage');
}
