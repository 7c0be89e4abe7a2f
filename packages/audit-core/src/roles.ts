/** Who may do what: roles of people in an organisation and scopes of keys, each a list of permissions. */

export const roles = ['owner', 'admin', 'auditor', 'member'] as const;
export type Role = (typeof roles)[number];

export const permissions = ['trail:read', 'trail:export', 'keys:manage', 'events:emit'] as const;
export type Permission = (typeof permissions)[number];

const byRole: Record<Role, readonly Permission[]> = {
  owner: ['trail:read', 'trail:export', 'keys:manage'],
  admin: ['trail:read', 'trail:export', 'keys:manage'],
  auditor: ['trail:read', 'trail:export'],
  member: [],
};

export const keyScopes = ['emit', 'import', 'build', 'read'] as const;
export type KeyScope = (typeof keyScopes)[number];

const byScope: Record<KeyScope, readonly Permission[]> = {
  emit: ['events:emit'],
  import: ['events:emit'],
  build: [],
  read: ['trail:read', 'trail:export'],
};

/** Whether a person of this role may do it. Anything not listed is denied. */
export function roleMay(role: Role, permission: Permission): boolean {
  return byRole[role].includes(permission);
}

/** Whether a key with these scopes may do it. Anything not listed is denied. */
export function scopesMay(scopes: readonly KeyScope[], permission: Permission): boolean {
  return scopes.some((scope) => byScope[scope].includes(permission));
}

/** All that a role may do, for a page that hides what it cannot offer. */
export function permissionsOf(role: Role): readonly Permission[] {
  return byRole[role];
}
