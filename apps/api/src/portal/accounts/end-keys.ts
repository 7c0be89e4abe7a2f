/** Ends keys for an organisation, each with its event, in the transaction of what ends them. */

import { QueryTypes, type Transaction } from 'sequelize';
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
  const { id = null, createdBy = null } = which as { id?: string; createdBy?: string };
  const ended = await services.db.sequelize.query<EndedKey>(
    `update key_organizations o set revoked_at = $4, revoked_by = $5 from keys k
     where k.id = o.key_id and o.organization_id = $1 and o.revoked_at is null
       and (k.id = $2 or k.created_by = $3)
     returning k.id, k.name`,
    {
      bind: [organizationId, id, createdBy, new Date(services.clock()), source.actor.id],
      type: QueryTypes.SELECT,
      transaction,
    },
  );
  for (const key of ended) {
    await recordAct(services, transaction, source, keyRemoval(organizationId, key));
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
