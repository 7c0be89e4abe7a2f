/** Revokes keys for an organisation and records an event for each. */

import type { Transaction } from 'sequelize';
import type { Source } from '../../access/source.ts';
import { recordAct, type Act, type ActContext } from '../../trail/record/record-act.ts';

/** One key, or all keys that a user created. */
export type KeySelection = { organizationId: string } & ({ id: string } | { createdBy: string });

/** The part of a key that its revocation records. */
export interface RevokedKey {
  id: string;
  name: string;
}

/**
 * Keys that are already revoked are skipped. The rows stay. A service key stays valid in its other organisations. After
 * the commit, the caller must drop the keys from the key finder's cache.
 */
export async function revokeKeys(
  services: ActContext,
  transaction: Transaction,
  source: Source,
  { organizationId, ...which }: KeySelection,
): Promise<void> {
  const { KeyOrganization } = services.db.models;
  const keys = await KeyOrganization.findAll({
    where: { organizationId, revokedAt: null },
    include: [{ association: 'key', where: which, required: true }],
    lock: { level: transaction.LOCK.UPDATE, of: KeyOrganization },
    transaction,
  });
  for (const row of keys) {
    await row.update(
      { revokedAt: new Date(services.clock()), revokedBy: source.actor.id },
      { transaction },
    );
    if (!row.key) continue;
    await recordAct(services, transaction, source, revocationAct(organizationId, row.key));
  }
}

/** The event of a key's revocation. */
export function revocationAct(
  organizationId: string,
  { id, name }: RevokedKey,
): Act<'user.remove_ci_token'> {
  return {
    type: 'user.remove_ci_token',
    organizationId,
    targets: [{ type: 'ci-token', id, name }],
    details: { tokenId: id },
  };
}
