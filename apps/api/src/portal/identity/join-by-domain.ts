/**
 * Company domains: the first user with an address at a domain creates its organisation; later users can join where the
 * organisation allows it.
 */

import { hash } from 'node:crypto';
import { AppError } from '@liblab/audit-core';
import type { Transaction } from 'sequelize';
import { domainLocks } from '../../db/locks.ts';
import type { Source } from '../../access/source.ts';
import { recordAct, releaseActs, type ActContext } from '../../trail/record/record-act.ts';
import { addMember } from '../accounts/add-member.ts';
import { createOrganization } from './create-organization.ts';
import type { TrailContext } from '../../trail/store/trail-context.ts';
import { companyDomainOf } from './generic-domains.ts';

export interface VerifiedUser {
  id: string;
  /** Verified, in lower case. */
  email: string;
  name: string;
}

/** The organisation of a user's domain, and whether the user may join it. */
export interface DomainOrganization {
  organizationId: string;
  organizationName: string;
  domain: string;
  membersMayJoin: boolean;
}

/**
 * Creates the organisation of the new user's domain, or adds the user to it where members may join. Holds the domain's
 * lock until commit, so concurrent first users create one organisation.
 */
export async function addToDomainOrganization(
  services: ActContext,
  transaction: Transaction,
  source: Source,
  user: VerifiedUser,
): Promise<void> {
  const domain = companyDomainOf(user.email);
  if (domain === undefined) return;
  await lockDomain(services, transaction, domain);
  const found = await findDomainOrganization(services, transaction, user);
  if (!found) await createDomainOrganization(services, transaction, source, { user, domain });
  else if (found.membersMayJoin)
    await join(services, transaction, source, { user, organization: found });
}

/** The organisation of the user's domain; undefined when there is none. Users who were removed may not join again. */
export async function findDomainOrganization(
  { db }: Pick<TrailContext, 'db'>,
  transaction: Transaction | null,
  { id, email }: Pick<VerifiedUser, 'id' | 'email'>,
): Promise<DomainOrganization | undefined> {
  const domain = companyDomainOf(email);
  if (domain === undefined) return undefined;
  const { OrganizationDomain, Removal } = db.models;
  const row = await OrganizationDomain.findByPk(domain, {
    include: [{ association: 'organization', attributes: ['name'], required: true }],
    transaction,
  });
  if (!row) return undefined;
  const { organizationId, organization, membersMayJoin } = row;
  const removed = await Removal.count({ where: { organizationId, userId: id }, transaction });
  return {
    organizationId,
    organizationName: organization?.name ?? '',
    domain,
    membersMayJoin: membersMayJoin && removed === 0,
  };
}

/**
 * Adds a user without an organisation to the organisation of their domain.
 *
 * @throws AppError `forbidden` when the domain has no organisation, or the user may not join it; `conflict` when the user
 *   is already a member
 */
export async function joinByDomain(
  services: ActContext,
  source: Source,
  user: VerifiedUser,
): Promise<{ organizationId: string }> {
  return services.db.sequelize.transaction(async (transaction) => {
    const organization = await requireDomainOrganization(services, transaction, user);
    await join(services, transaction, source, { user, organization });
    // Adding a member waits for a removal that is under way: the user may have been removed meanwhile.
    await requireDomainOrganization(services, transaction, user);
    return { organizationId: organization.organizationId };
  });
}

async function requireDomainOrganization(
  services: ActContext,
  transaction: Transaction,
  user: VerifiedUser,
): Promise<DomainOrganization> {
  const organization = await findDomainOrganization(services, transaction, user);
  if (organization?.membersMayJoin) return organization;
  throw new AppError(
    'forbidden',
    'You cannot join an organisation through your e-mail domain. Ask an owner for an invitation.',
  );
}

/**
 * Claims a domain for an organisation; false when it is already claimed. Holds the domain's lock until the transaction
 * ends.
 */
export async function claimDomain(
  services: Pick<ActContext, 'db' | 'clock'>,
  transaction: Transaction,
  { domain, organizationId }: { domain: string; organizationId: string },
): Promise<boolean> {
  await lockDomain(services, transaction, domain);
  const { OrganizationDomain } = services.db.models;
  // Not findOrCreate: it creates a function, which the role may not be allowed to. The lock makes two statements safe.
  if (await OrganizationDomain.findByPk(domain, { transaction })) return false;
  const createdAt = new Date(services.clock());
  await OrganizationDomain.create({ domain, organizationId, createdAt }, { transaction });
  return true;
}

async function lockDomain(
  { db: { sequelize } }: Pick<TrailContext, 'db'>,
  transaction: Transaction,
  domain: string,
): Promise<void> {
  await sequelize.query('select pg_advisory_xact_lock($1, $2)', {
    bind: [domainLocks, hash('sha256', domain, 'buffer').readInt32BE()],
    transaction,
  });
}

async function createDomainOrganization(
  services: ActContext,
  transaction: Transaction,
  source: Source,
  { user, domain }: { user: VerifiedUser; domain: string },
): Promise<void> {
  const name = nameOf(domain);
  const createdAt = new Date(services.clock());
  const { id: organizationId } = await createOrganization(services, transaction, {
    name,
    ownerId: user.id,
    createdAt,
  });
  await claimDomain(services, transaction, { domain, organizationId });
  await releaseActs(services, transaction, { userId: user.id, organizationId });
  await recordAct(services, transaction, source, {
    type: 'organization.create',
    organizationId,
    targets: [{ type: 'organization', id: organizationId, name }],
    details: { name, domain },
  });
}

async function join(
  services: ActContext,
  transaction: Transaction,
  source: Source,
  {
    user,
    organization: { organizationId, domain },
  }: { user: VerifiedUser; organization: DomainOrganization },
): Promise<void> {
  const role = 'member';
  await addMember(services, transaction, { organizationId, userId: user.id, role });
  await releaseActs(services, transaction, { userId: user.id, organizationId });
  await recordAct(services, transaction, source, {
    type: 'member.join',
    organizationId,
    targets: [{ type: 'user', id: user.id, name: user.name }],
    details: { email: user.email, role, domain },
  });
}

/** The first name of a domain's organisation: Exciting Soda for `exciting-soda.co.uk`. */
function nameOf(domain: string): string {
  const [label = domain] = domain.split('.');
  const words = label.split('-').filter(Boolean);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ') || domain;
}
