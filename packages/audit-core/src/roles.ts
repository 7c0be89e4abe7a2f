/** Who may do what: roles of people in an organisation and scopes of keys, each a list of permissions. */

export const roles = ['owner', 'admin', 'auditor', 'member'] as const;
export type Role = (typeof roles)[number];

export const permissions = [
  'trail:read',
  'trail:export',
  'events:emit',
  'keys:manage',
  'tokens:own',
  'members:read',
  'members:manage',
  'organization:manage',
  'builds:read',
  'builds:register',
  'documents:approve',
] as const;
export type Permission = (typeof permissions)[number];

const memberMay = ['members:read', 'builds:read', 'builds:register', 'tokens:own'] as const;
const adminMay = [
  ...memberMay,
  'trail:read',
  'trail:export',
  'keys:manage',
  'members:manage',
  'documents:approve',
] as const;

const byRole: Record<Role, readonly Permission[]> = {
  owner: [...adminMay, 'organization:manage'],
  admin: adminMay,
  auditor: ['trail:read', 'trail:export', 'members:read', 'builds:read'],
  member: memberMay,
};

export const keyScopes = ['emit', 'import', 'build', 'read'] as const;
export type KeyScope = (typeof keyScopes)[number];

const byScope: Record<KeyScope, readonly Permission[]> = {
  emit: ['events:emit'],
  import: ['events:emit'],
  build: ['builds:read', 'builds:register'],
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

/**
 * Whether a key with these scopes may do it for somebody who made it and has this role now: never more than they may.
 * No person emits by hand; keys that do are given by who manages keys.
 */
export function keyMay(
  scopes: readonly KeyScope[],
  makerRole: Role,
  permission: Permission,
): boolean {
  const given = permission === 'events:emit' ? 'keys:manage' : permission;
  return scopesMay(scopes, permission) && roleMay(makerRole, given);
}

/** All that a role may do, for a page that hides what it cannot offer. */
export function permissionsOf(role: Role): readonly Permission[] {
  return permissions.filter((permission) => roleMay(role, permission));
}
