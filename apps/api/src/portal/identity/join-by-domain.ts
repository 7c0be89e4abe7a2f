/** The rule of company domains: who comes first founds the organisation, who comes later may join where that is on. */

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
  /** Verified, lower-cased. */
  email: string;
  name: string;
}

/** What an organisation's domain lets a user do. */
export interface DomainPlace {
  organizationId: string;
  organizationName: string;
  domain: string;
  membersMayJoin: boolean;
}

/**
 * Gives a new user the place that the address's domain has: the organisation that it founds, or the one that it joins;
 * none where that takes an invitation. Of two first users of a domain at a time one waits for the other.
 */
export async function placeByDomain(
  services: ActContext,
  transaction: Transaction,
  source: Source,
  user: VerifiedUser,
): Promise<void> {
  const domain = companyDomainOf(user.email);
  if (domain === undefined) return;
  await lockDomain(services, transaction, domain);
  const place = await findPlace(services, transaction, user);
  if (!place) await foundOrganization(services, transaction, source, { user, domain });
  else if (place.membersMayJoin) await join(services, transaction, source, { user, place });
}

/** The organisation of the address's domain; undefined when there is none. Who was removed from it may not join. */
export async function findPlace(
  { db }: Pick<TrailContext, 'db'>,
  transaction: Transaction | null,
  { id, email }: Pick<VerifiedUser, 'id' | 'email'>,
): Promise<DomainPlace | undefined> {
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
 * Takes a user who belongs nowhere into the organisation of the address's domain.
 *
 * @throws AppError `forbidden` where members may not join by themselves, as where there is no such organisation;
 *   `conflict` for a member
 */
export async function joinByDomain(
  services: ActContext,
  source: Source,
  user: VerifiedUser,
): Promise<{ organizationId: string }> {
  return services.db.sequelize.transaction(async (transaction) => {
    const place = await findPlace(services, transaction, user);
    if (!place?.membersMayJoin) {
      throw new AppError(
        'forbidden',
        'You cannot join an organisation through your e-mail domain. Ask an owner for an invitation.',
      );
    }
    await join(services, transaction, source, { user, place });
    return { organizationId: place.organizationId };
  });
}

/**
 * Claims a domain for an organisation: false when it is another's. Holds the domain until the transaction ends, so that
 * whoever looks whose it is sees the claim.
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

async function foundOrganization(
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
  { user, place: { organizationId, domain } }: { user: VerifiedUser; place: DomainPlace },
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

/** `exciting-soda.co.uk` is called Exciting Soda until its owner names it. */
function nameOf(domain: string): string {
  const [label = domain] = domain.split('.');
  const words = label.split('-').filter(Boolean);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ') || domain;
}
