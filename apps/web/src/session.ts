/** Who is signed in, in which organisation, and what they may do there. */

import { useSuspenseQuery } from '@tanstack/react-query';
import type { Permission } from '@liblab/audit-core';
import { trpc } from './trpc.ts';

export function useSession() {
  const { data } = useSuspenseQuery(trpc.session.me.queryOptions());
  const organization =
    data.organizations.find(({ id }) => id === data.activeOrganizationId) ?? undefined;
  return {
    ...data,
    /** The active one; undefined for a user of none. */
    organization,
    may: (permission: Permission) => data.permissions.includes(permission),
  };
}
