/** The procedures of sessions, organisations and setup. */

import { permissionsOf, type Permission, type Role } from '@liblab/audit-core';
import { z } from 'zod';
import { requireSession } from '../../access/authorize.ts';
import { anonymousSource, sourceOf } from '../../access/source.ts';
import { procedure, router } from '../../http/trpc.ts';
import type { Database } from '../../db/database.ts';
import { createFirstOwner } from './create-first-owner.ts';
import { findDomainOrganization, joinByDomain } from './join-by-domain.ts';
import { readSettings, updateSettings } from './organization-settings.ts';
import type { IdentityContext } from './identity-context.ts';
import { setActiveOrganization } from './set-active-organization.ts';

export interface Membership {
  id: string;
  name: string;
  slug: string;
  role: Role;
}

export function sessionRouter(services: IdentityContext) {
  return router({
    me: procedure({ access: 'session' }).query(async ({ ctx: { principal } }) => {
      const organizations = await listMemberships(services.db, principal.userId);
      const active = organizations.find(({ id }) => id === principal.activeOrganizationId);
      const permissions: readonly Permission[] = active ? permissionsOf(active.role) : [];
      return {
        user: { id: principal.userId, email: principal.email, name: principal.name },
        organizations,
        activeOrganizationId: active?.id ?? null,
        permissions,
        demo: services.config.demo,
      };
    }),
  });
}

export function organizationsRouter(services: IdentityContext) {
  return router({
    setActive: procedure({
      access: 'session',
      records: { exempt: 'Selects the organisation that the session shows.' },
    })
      .input(z.object({ organizationId: z.guid().toLowerCase() }))
      .mutation(async ({ ctx: { principal }, input }) => {
        await setActiveOrganization(services, principal, input.organizationId);
        return { activeOrganizationId: input.organizationId };
      }),

    /** The organisation of the user's e-mail domain, if they may join it. */
    joinable: procedure({ access: 'session' }).query(async ({ ctx: { principal } }) => {
      const { userId: id, email } = principal;
      const found = await findDomainOrganization(services, null, { id, email });
      return { organizationName: found?.membersMayJoin ? found.organizationName : null };
    }),

    join: procedure({ access: 'session', records: ['member.join'] }).mutation(
      async ({ ctx: { principal, req, requestId } }) => {
        const { userId: id, email, name } = principal;
        const source = sourceOf(principal, req, requestId);
        const { organizationId } = await joinByDomain(services, source, { id, email, name });
        await setActiveOrganization(services, principal, organizationId);
        return { activeOrganizationId: organizationId };
      },
    ),

    settings: procedure({ access: 'organization:manage' }).query(({ ctx: { organizationId } }) =>
      readSettings(services, null, organizationId),
    ),

    update: procedure({
      access: 'organization:manage',
      refusal: 'operation',
      records: ['organization.update'],
    })
      .input(z.object({ name: z.string().max(1_000), membersMayJoin: z.boolean() }))
      .mutation(({ ctx: { organizationId, principal, req, requestId }, input }) => {
        const source = sourceOf(requireSession(principal), req, requestId);
        return updateSettings(services, source, { ...input, organizationId });
      }),
  });
}

export function setupRouter(services: IdentityContext) {
  return router({
    /** Works with the printed link, while the system has no users. */
    createOwner: procedure({
      access: 'public',
      records: ['user.create', 'user.verified_email', 'organization.create'],
    })
      .input(
        z.object({
          token: z.string().max(100),
          organizationName: z.string().max(1_000),
          name: z.string().max(1_000),
          email: z.string().max(1_000),
          password: z.string().max(1_000),
        }),
      )
      .mutation(({ ctx: { req, requestId }, input }) =>
        createFirstOwner(services, (actor) => anonymousSource(actor, req, requestId), input),
      ),
  });
}

/** Oldest membership first. */
async function listMemberships(
  { models }: Pick<Database, 'models'>,
  userId: string,
): Promise<Membership[]> {
  const members = await models.Member.findAll({
    where: { userId },
    include: [{ association: 'organization', attributes: ['name', 'slug'], required: true }],
    order: ['createdAt', 'organizationId'],
  });
  return members.map(({ organizationId: id, organization, role }) => ({
    id,
    name: organization?.name ?? '',
    slug: organization?.slug ?? '',
    role,
  }));
}
