/** The four roles as better-auth's organisation plugin knows them; what they may do here is said by audit-core. */

import { createAccessControl } from 'better-auth/plugins/access';
import { defaultStatements, ownerAc } from 'better-auth/plugins/organization/access';
import type { Role } from '@liblab/audit-core';

const ac = createAccessControl(defaultStatements);

/** Deny first: only the owner may do through the plugin what the plugin can; its routes are not mounted anyway. */
export const organizationRoles = {
  ac,
  creatorRole: 'owner',
  roles: {
    owner: ac.newRole(ownerAc.statements),
    admin: ac.newRole({}),
    auditor: ac.newRole({}),
    member: ac.newRole({}),
  } satisfies Record<Role, unknown>,
} as const;
