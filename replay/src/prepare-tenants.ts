/** Creates an organisation for each tenant of a file, and a key for all of them. */

import type { Tenant } from '@examples/replay';
import type { Database } from '@liblab/audit-api/db/database';
import { addMember } from '@liblab/audit-api/portal/accounts/add-member';
import { createOrganization } from '@liblab/audit-api/portal/identity/create-organization';
import { createKey } from '@liblab/audit-api/portal/keys/create-key';

/** The number of Sequelize's connections. */
const atATime = 5;

/**
 * Creates the missing organisations and adds the owner to those that the owner does not belong to.
 * @returns how many were created; fewer than all when aborted
 */
export async function prepareOrganizations(
  db: Database,
  tenants: readonly Tenant[],
  ownerId: string | undefined,
  signal: AbortSignal,
): Promise<number> {
  const { rows } = await db.pool.query<{ id: string; owned: boolean }>(
    `select o.id, m.user_id is not null as owned
     from organizations o left join members m on m.organization_id = o.id and m.user_id = $2
     where o.id = any($1)`,
    [tenants.map(({ organizationId }) => organizationId), ownerId ?? null],
  );
  const known = new Map(rows.map(({ id, owned }) => [id, owned]));
  let made = 0;
  const waiting = tenants.values();
  const work = async () => {
    for (const { organizationId, name } of waiting) {
      if (signal.aborted) return;
      const owned = known.get(organizationId);
      if (owned === undefined) {
        await createOrganization({ db, clock: Date.now }, null, {
          id: organizationId,
          name,
          ...(ownerId === undefined ? {} : { ownerId }),
        });
        made += 1;
      } else if (!owned && ownerId !== undefined) {
        await addMember({ db, clock: Date.now }, null, {
          organizationId,
          userId: ownerId,
          role: 'owner',
        });
      }
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return made;
}

/** Runs `act` with a key for these organisations that is revoked afterwards and expires after a day in any case. */
export async function withKey<Result>(
  db: Database,
  { name, organizationIds }: { name: string; organizationIds: readonly string[] },
  act: (secret: string) => Promise<Result>,
): Promise<Result> {
  const { id, secret } = await createKey({ db, clock: Date.now }, null, {
    name: name.slice(0, 100),
    scopes: ['emit', 'import'],
    days: 1,
    organizationIds,
  });
  try {
    return await act(secret);
  } finally {
    await endKey(db, id).catch(() => {
      // The result matters more than the key, and the database may have stopped with the service.
      process.stderr.write(`The key "${name}" could not be revoked; it expires within a day.\n`);
    });
  }
}

/** Not an act of a user in the Portal: thousands of trails would record the key's creation and end. */
async function endKey({ pool }: Database, id: string): Promise<void> {
  await pool.query(
    'update key_organizations set revoked_at = $2 where key_id = $1 and revoked_at is null',
    [id, new Date()],
  );
}

/** The user's id; undefined when no user has the address. */
export async function findUser({ models }: Database, email: string): Promise<string | undefined> {
  const user = await models.User.findOne({ where: { email: email.toLowerCase() } });
  return user?.id;
}
