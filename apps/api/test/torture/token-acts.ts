/** Acts on CI tokens. */

import { randomUUID } from 'node:crypto';
import { createKey } from '../../src/portal/keys/create-key.ts';
import { success, type Attempt, type World } from './acts.ts';

export async function tokenActs(world: World): Promise<Attempt[]> {
  const { db, organizationId, owner, call, finds } = world;
  const name = randomUUID();
  const { id } = await createKey({ db, clock: Date.now }, null, {
    name: 'to be revoked',
    scopes: ['build'],
    organizationIds: [organizationId],
    createdBy: owner.userId,
  });
  return [
    {
      kind: 'add token',
      send: () => call('tokens.create', { name }, owner.cookie),
      stands: () => finds('select from keys where name = $1', name),
      leaves: [success('user.add_ci_token', `name:${name}`)],
    },
    {
      kind: 'remove token',
      send: () => call('tokens.revoke', { id }, owner.cookie),
      stands: () =>
        finds('select from key_organizations where key_id = $1 and revoked_at is not null', id),
      leaves: [success('user.remove_ci_token', `ci-token:${id}`)],
    },
  ];
}
