/** A person makes a key for an organisation: the key and its event stand together. */

import { keyScopes } from '@liblab/audit-core';
import type { Services } from '../context.ts';
import { recordAct, type Source } from '../events/record-act.ts';
import { createKey, type NewKey } from './create-key.ts';

/** Throws `bad_request`. The answer is the only time that the secret is shown. */
export async function addKey(
  services: Pick<Services, 'db' | 'catalogue' | 'clock' | 'relay'>,
  source: Source,
  {
    organizationId,
    ...spec
  }: Omit<NewKey, 'organizationIds' | 'createdBy'> & { organizationId: string },
): Promise<{ id: string; secret: string }> {
  const { db, clock } = services;
  return db.sequelize.transaction(async (transaction) => {
    const key = { ...spec, organizationIds: [organizationId], createdBy: source.actor.id };
    const { id, secret, expiresAt } = await createKey(db, key, clock(), transaction);
    const name = spec.name.trim();
    await recordAct(services, transaction, source, {
      organizationId,
      type: 'user.add_ci_token',
      targets: [{ type: 'ci-token', id, name }],
      details: {
        name,
        tokenId: id,
        expiresAt: expiresAt.toISOString(),
        scopes: keyScopes.filter((scope) => spec.scopes.includes(scope)),
      },
    });
    return { id, secret };
  });
}
