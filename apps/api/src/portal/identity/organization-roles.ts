/** The four roles in better-auth's organisation plugin. audit-core defines their permissions. */

import { createAccessControl } from 'better-auth/plugins/access';
import { defaultStatements, ownerAc } from 'better-auth/plugins/organization/access';
import type { Role } from '@liblab/audit-core';

const ac = createAccessControl(defaultStatements);

/** Only owners have permissions in the plugin, although its routes are not mounted. */
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
