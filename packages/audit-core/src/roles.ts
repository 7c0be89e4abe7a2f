/** Permissions of users by their role in an organisation, and of keys by their scopes. */

/** The roles of users, from most to least permissions. */
export const roles = ['owner', 'admin', 'auditor', 'member'] as const;
/** A user's role in an organisation. */
export type Role = (typeof roles)[number];

/** All permissions. */
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
/** A permission of a role or scope. */
export type Permission = (typeof permissions)[number];

const memberPermissions = ['members:read', 'builds:read', 'builds:register', 'tokens:own'] as const;
const adminPermissions = [
  ...memberPermissions,
  'trail:read',
  'trail:export',
  'keys:manage',
  'members:manage',
  'documents:approve',
] as const;

const byRole: Record<Role, readonly Permission[]> = {
  owner: [...adminPermissions, 'organization:manage'],
  admin: adminPermissions,
  auditor: ['trail:read', 'trail:export', 'members:read', 'builds:read'],
  member: memberPermissions,
};

/** The scopes of keys. */
export const keyScopes = ['emit', 'import', 'build', 'read'] as const;
/** A scope of a key. */
export type KeyScope = (typeof keyScopes)[number];

const byScope: Record<KeyScope, readonly Permission[]> = {
  emit: ['events:emit'],
  import: ['events:emit'],
  build: ['builds:read', 'builds:register'],
  read: ['trail:read', 'trail:export'],
};

/** Whether users with this role have the permission. Anything not listed is denied. */
export function roleMay(role: Role, permission: Permission): boolean {
  return byRole[role].includes(permission);
}

/** Whether keys with these scopes have the permission. Anything not listed is denied. */
export function scopesMay(scopes: readonly KeyScope[], permission: Permission): boolean {
  return scopes.some((scope) => byScope[scope].includes(permission));
}

/**
 * Whether a user's key has the permission: its scopes must grant it, and so must the current role of its creator. Users
 * cannot emit events directly, so for `events:emit` the creator must be allowed to manage keys.
 */
export function keyMay(
  scopes: readonly KeyScope[],
  creatorRole: Role,
  permission: Permission,
): boolean {
  const required = permission === 'events:emit' ? 'keys:manage' : permission;
  return scopesMay(scopes, permission) && roleMay(creatorRole, required);
}

/** The permissions of a role, so that pages can hide actions it does not have. */
export function permissionsOf(role: Role): readonly Permission[] {
  return permissions.filter((permission) => roleMay(role, permission));
}
