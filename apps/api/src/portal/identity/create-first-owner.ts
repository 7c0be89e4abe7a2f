/** The first owner of an empty system: whoever holds the link that the service printed at its start. */

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
 * The link's token while there is no user; undefined from the first one on, when it opens nothing any more. All
 * processes that share the secret print the same.
 */
export async function readSetupToken({ db, config }: PortalContext): Promise<string | undefined> {
  return (await isEmpty(db)) ? tokenOf(config.secret) : undefined;
}

/**
 * Makes user, organisation and ownership together or not at all; the organisation is that of the address's company
 * domain. The address counts as verified: who can read the service's output vouches for it.
 *
 * @throws AppError `not_found` for a wrong token as for a system that has users; `bad_request`
 */
export async function createFirstOwner(
  services: PortalContext,
  sourceOf: SourceOf,
  { token, organizationName, ...person }: FirstOwner,
): Promise<{ organizationId: string }> {
  const { db, config } = services;
  if (!isSame(token, tokenOf(config.secret))) throw linkIsClosed();
  return db.sequelize.transaction(async (transaction) => {
    await db.sequelize.query('select pg_advisory_xact_lock($1)', {
      bind: [setupLock],
      transaction,
    });
    if (!(await isEmpty(db))) throw linkIsClosed();
    return foundWithOwner(services, transaction, sourceOf, { organizationName, ...person });
  });
}

/** An organisation with its owner, whose address somebody vouches for, and the company's domain with it. */
export async function foundWithOwner(
  services: ActContext,
  transaction: Transaction,
  sourceOf: SourceOf,
  {
    organizationId: wantedId,
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
    ...(wantedId === undefined ? {} : { id: wantedId }),
    name: organizationName,
    ownerId: id,
    createdAt,
  });
  const { email, name } = userShape.parse(person);
  const domain = companyDomainOf(email);
  // Whoever signed up with the domain meanwhile owns its organisation: there is a first owner.
  if (
    domain !== undefined &&
    !(await claimDomain(services, transaction, { domain, organizationId }))
  )
    throw linkIsClosed();
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
    'This link is incomplete, or the first owner already exists. Copy the whole link, sign in, or ask an owner for an invitation.',
  );
}
