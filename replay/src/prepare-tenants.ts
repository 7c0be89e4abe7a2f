/** Gives each tenant of a file its organisation, and the replay a key for all of them. */

import type { Tenant } from '@examples/replay';
import type { Database } from '@liblab/audit-api/db/database';
import { addMember } from '@liblab/audit-api/portal/accounts/add-member';
import { createOrganization } from '@liblab/audit-api/portal/identity/create-organization';
import { createKey } from '@liblab/audit-api/portal/keys/create-key';

/** As many as Sequelize has connections. */
const atATime = 5;

/**
 * Makes the organisations that are not there yet, and the owner a member of those that have no such member.
 * @returns how many were made; fewer than all when it was aborted
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

/** Runs `act` with a key for these organisations that is worth nothing afterwards, nor after a day in any case. */
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
      // The result is worth more than the key, and the database may have gone with the service.
      process.stderr.write(`The key "${name}" could not be revoked; it expires within a day.\n`);
    });
  }
}

/** No act of anybody in the Portal: neither its making nor its end is told to thousands of trails. */
async function endKey({ pool }: Database, id: string): Promise<void> {
  await pool.query(
    'update key_organizations set revoked_at = $2 where key_id = $1 and revoked_at is null',
    [id, new Date()],
  );
}

/** The user's id; undefined when nobody has the address. */
export async function findUser({ models }: Database, email: string): Promise<string | undefined> {
  const user = await models.User.findOne({ where: { email: email.toLowerCase() } });
  return user?.id;
}
