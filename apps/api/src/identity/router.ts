/** Who is signed in, and what they may do where. */

import { permissionsOf, roles, type Permission, type Role } from '@liblab/audit-core';
import { z } from 'zod';
import { procedure, router } from '../access/trpc.ts';
import type { Database } from '../db/database.ts';
import { createFirstOwner } from './create-first-owner.ts';
import { setActiveOrganization } from './set-active-organization.ts';

export interface Membership {
  id: string;
  name: string;
  slug: string;
  role: Role;
}

export const sessionRouter = router({
  me: procedure({ access: 'session' }).query(async ({ ctx: { principal, services } }) => {
    const organizations = await listMemberships(services.db.pool, principal.userId);
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

export const organizationsRouter = router({
  setActive: procedure({ access: 'session' })
    .input(z.object({ organizationId: z.guid().toLowerCase() }))
    .mutation(async ({ ctx: { principal, services }, input }) => {
      await setActiveOrganization(services.db, principal, input.organizationId);
      return { activeOrganizationId: input.organizationId };
    }),
});

export const setupRouter = router({
  /** Open while the system is empty, to who holds the link that the service printed. */
  createOwner: procedure({ access: 'public' })
    .input(
      z.object({
        token: z.string().max(100),
        organizationName: z.string().max(1_000),
        name: z.string().max(1_000),
        email: z.string().max(1_000),
        password: z.string().max(1_000),
      }),
    )
    .mutation(({ ctx: { services }, input }) => createFirstOwner(services, input)),
});

/** Oldest membership first. */
async function listMemberships(pool: Database['pool'], userId: string): Promise<Membership[]> {
  const { rows } = await pool.query<Membership>(
    `select o.id, o.name, o.slug, m.role from members m join organizations o on o.id = m.organization_id
     where m.user_id = $1 and m.role = any($2) order by m.created_at, o.id`,
    [userId, roles],
  );
  return rows;
}
