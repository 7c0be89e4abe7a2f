/** The first owner of an empty system: whoever holds the link that the service printed at its start. */

import { timingSafeEqual } from 'node:crypto';
import { AppError } from '@liblab/audit-core';
import type { Services } from '../context.ts';
import { setupLock } from '../db/locks.ts';
import type { Database } from '../db/database.ts';
import { deriveKey } from '../derive-key.ts';
import { createOrganization } from './create-organization.ts';
import { createUser } from './create-user.ts';

export interface FirstOwner {
  /** From the link. */
  token: string;
  organizationName: string;
  name: string;
  email: string;
  password: string;
}

/**
 * The link's token while there is no user; undefined from the first one on, when it opens nothing any more. All
 * processes that share the secret print the same.
 */
export async function readSetupToken({
  db,
  config,
}: Pick<Services, 'db' | 'config'>): Promise<string | undefined> {
  return (await isEmpty(db)) ? tokenOf(config.secret) : undefined;
}

/**
 * Makes user, organisation and ownership together or not at all. The address counts as verified: who can read the
 * service's output vouches for it.
 *
 * @throws AppError `not_found` for a wrong token as for a system that has users; `bad_request`
 */
export async function createFirstOwner(
  { db, config }: Pick<Services, 'db' | 'config'>,
  { token, organizationName, ...person }: FirstOwner,
): Promise<{ organizationId: string }> {
  if (!isSame(token, tokenOf(config.secret))) throw linkIsClosed();
  return db.sequelize.transaction(async (transaction) => {
    await db.sequelize.query('select pg_advisory_xact_lock($1)', {
      bind: [setupLock],
      transaction,
    });
    if (!(await isEmpty(db))) throw linkIsClosed();
    const owner = await createUser(db, { ...person, emailVerified: true }, transaction);
    const { id } = await createOrganization(
      db,
      { name: organizationName, ownerId: owner.id },
      transaction,
    );
    return { organizationId: id };
  });
}

async function isEmpty({ pool }: Pick<Database, 'pool'>): Promise<boolean> {
  const { rowCount } = await pool.query('select from users limit 1');
  return rowCount === 0;
}

function tokenOf(secret: Buffer): string {
  return deriveKey(secret, 'setup').export().toString('base64url');
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function linkIsClosed(): AppError {
  return new AppError(
    'not_found',
    'The link opens nothing: it is cut short, or the first owner exists already. Sign in, or ask an owner for an invitation.',
  );
}
