/** Creates the first owner of an empty system, with the link that the service prints at its start. */

import { timingSafeEqual } from 'node:crypto';
import { AppError } from '@liblab/audit-core';
import type { SourceOf } from '../../access/source.ts';
import type { Transaction } from 'sequelize';
import { setupLock } from '../../db/locks.ts';
import type { Database } from '../../db/database.ts';
import { deriveKey } from '../../access/derive-key.ts';
import { recordAct, type ActContext } from '../../trail/record/record-act.ts';
import { createOrganization } from './create-organization.ts';
import { createUser, userShape } from '../accounts/create-user.ts';
import { companyDomainOf } from './generic-domains.ts';
import type { PortalContext } from '../portal-context.ts';
import { claimDomain } from './join-by-domain.ts';

export interface FirstOwner {
  /** From the link. */
  token: string;
  organizationName: string;
  name: string;
  email: string;
  password: string;
}

/**
 * The token of the link; undefined once the first user exists and the link no longer works. Processes that share a secret
 * return the same token.
 */
export async function readSetupToken({ db, config }: PortalContext): Promise<string | undefined> {
  return (await hasNoUsers(db)) ? setupToken(config.secret) : undefined;
}

/**
 * Creates user, organisation and ownership atomically; the organisation claims the company domain of the address. The
 * address counts as verified, because only the operator can read the link.
 *
 * @throws AppError `not_found` for a wrong token, or when the system already has users; `bad_request`
 */
export async function createFirstOwner(
  services: PortalContext,
  sourceOf: SourceOf,
  { token, organizationName, ...person }: FirstOwner,
): Promise<{ organizationId: string }> {
  const { db, config } = services;
  if (!isEqual(token, setupToken(config.secret))) throw invalidLink();
  return db.sequelize.transaction(async (transaction) => {
    await db.sequelize.query('select pg_advisory_xact_lock($1)', {
      bind: [setupLock],
      transaction,
    });
    if (!(await hasNoUsers(db))) throw invalidLink();
    return createOrganizationWithOwner(services, transaction, sourceOf, {
      organizationName,
      ...person,
    });
  });
}

/**
 * Creates an organisation and its owner, whose address counts as verified, and claims the company domain for it.
 *
 * @throws AppError `bad_request`; `conflict` when the address, the id or the slug is taken; `not_found` when another
 *   organisation has the domain
 */
export async function createOrganizationWithOwner(
  services: ActContext,
  transaction: Transaction,
  sourceOf: SourceOf,
  {
    organizationId: requestedId,
    organizationName,
    ...person
  }: Omit<FirstOwner, 'token'> & { organizationId?: string },
): Promise<{ organizationId: string }> {
  const createdAt = new Date(services.clock());
  const { id } = await createUser(services, transaction, {
    ...person,
    emailVerified: true,
    createdAt,
  });
  const { id: organizationId } = await createOrganization(services, transaction, {
    ...(requestedId === undefined ? {} : { id: requestedId }),
    name: organizationName,
    ownerId: id,
    createdAt,
  });
  const { email, name } = userShape.parse(person);
  const domain = companyDomainOf(email);
  // Somebody signed up with this domain in the meantime, so the first owner exists.
  if (
    domain !== undefined &&
    !(await claimDomain(services, transaction, { domain, organizationId }))
  )
    throw invalidLink();
  const source = sourceOf({ type: 'user', id, email, name });
  const targets: [{ type: 'user'; id: string; name: string }] = [{ type: 'user', id, name }];
  await recordAct(services, transaction, source, {
    type: 'user.create',
    organizationId,
    targets,
    details: { email, name, via: 'sign-up' },
  });
  await recordAct(services, transaction, source, {
    type: 'user.verified_email',
    organizationId,
    targets,
    details: { email },
  });
  const organization = organizationName.trim();
  await recordAct(services, transaction, source, {
    type: 'organization.create',
    organizationId,
    targets: [{ type: 'organization', id: organizationId, name: organization }],
    details: { name: organization, ...(domain === undefined ? {} : { domain }) },
  });
  return { organizationId };
}

async function hasNoUsers({ pool }: Pick<Database, 'pool'>): Promise<boolean> {
  const { rowCount } = await pool.query('select from users limit 1');
  return rowCount === 0;
}

function setupToken(secret: Buffer): string {
  return deriveKey(secret, 'setup').export().toString('base64url');
}

/** In constant time. */
function isEqual(actual: string, expected: string): boolean {
  const [a, b] = [Buffer.from(actual), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function invalidLink(): AppError {
  return new AppError(
    'not_found',
    'This link is incomplete, or the first owner already exists. Copy the whole link, sign in, or ask an owner for an invitation.',
  );
}
