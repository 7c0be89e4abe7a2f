/** Ends keys for an organisation, each with its event, in the transaction of what ends them. */

import type { Transaction } from 'sequelize';
import type { Source } from '../../access/source.ts';
import { recordAct, type Act, type ActContext } from '../../trail/record/record-act.ts';

/** One key, or all that a person made. */
export type KeysToEnd = { organizationId: string } & ({ id: string } | { createdBy: string });

/** A key as its end is recorded. */
export interface EndedKey {
  id: string;
  name: string;
}

/**
 * The rows stay, with their first time of revocation; a service key goes on for its other organisations. Whoever calls
 * it makes the key finder forget them once the transaction stands. One that was ended before is not ended again.
 */
export async function endKeys(
  services: ActContext,
  transaction: Transaction,
  source: Source,
  { organizationId, ...which }: KeysToEnd,
): Promise<void> {
  const { KeyOrganization } = services.db.models;
  const ended = await KeyOrganization.findAll({
    where: { organizationId, revokedAt: null },
    include: [{ association: 'key', where: which, required: true }],
    lock: { level: transaction.LOCK.UPDATE, of: KeyOrganization },
    transaction,
  });
  for (const row of ended) {
    await row.update(
      { revokedAt: new Date(services.clock()), revokedBy: source.actor.id },
      { transaction },
    );
    if (!row.key) continue;
    await recordAct(services, transaction, source, keyRemoval(organizationId, row.key));
  }
}

/** What the event of a key's end says. */
export function keyRemoval(
  organizationId: string,
  { id, name }: EndedKey,
): Act<'user.remove_ci_token'> {
  return {
    type: 'user.remove_ci_token',
    organizationId,
    targets: [{ type: 'ci-token', id, name }],
    details: { tokenId: id },
  };
}
