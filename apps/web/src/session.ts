/** The signed-in user, their active organisation and their permissions in it. */

import { useSuspenseQuery } from '@tanstack/react-query';
import type { Permission } from '@liblab/audit-core';
import { trpc } from './trpc.ts';

export function useSession() {
  const { data } = useSuspenseQuery(trpc.session.me.queryOptions());
  const organization =
    data.organizations.find(({ id }) => id === data.activeOrganizationId) ?? undefined;
  return {
    ...data,
    /** The active organisation; undefined for a user without one. */
    organization,
    can: (permission: Permission) => data.permissions.includes(permission),
  };
}
