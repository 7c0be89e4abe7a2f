import { describe, expect, it } from 'vitest';
import {
  keyMay,
  keyScopes,
  permissions,
  permissionsOf,
  roleMay,
  roles,
  scopesMay,
  type KeyScope,
  type Permission,
  type Role,
} from './roles.ts';

/** Repeated here, so that no permission is granted by accident. */
const byRole: Record<Role, Permission[]> = {
  owner: [
    ...(['trail:read', 'trail:export', 'keys:manage', 'tokens:own', 'members:read'] as const),
    ...(['members:manage', 'organization:manage', 'builds:read', 'builds:register'] as const),
    'documents:approve',
  ],
  admin: [
    ...(['trail:read', 'trail:export', 'keys:manage', 'tokens:own', 'members:read'] as const),
    ...(['members:manage', 'builds:read', 'builds:register', 'documents:approve'] as const),
  ],
  auditor: ['trail:read', 'trail:export', 'members:read', 'builds:read'],
  member: ['tokens:own', 'members:read', 'builds:read', 'builds:register'],
};
const byScope: Record<KeyScope, Permission[]> = {
  emit: ['events:emit'],
  import: ['events:emit'],
  build: ['builds:read', 'builds:register'],
  read: ['trail:read', 'trail:export'],
};

describe.each(roles)('%s', (role) => {
  it.each(permissions)('%s only as listed', (permission) => {
    expect(roleMay(role, permission)).toBe(byRole[role].includes(permission));
  });

  it('lists all its permissions', () => {
    expect(permissionsOf(role)).toEqual(permissions.filter((each) => roleMay(role, each)));
  });
});

describe.each(keyScopes)('a key with the scope %s', (scope) => {
  it.each(permissions)('%s only as listed', (permission) => {
    expect(scopesMay([scope], permission)).toBe(byScope[scope].includes(permission));
  });
});

it('a key has the permissions of all its scopes, and none without a scope', () => {
  for (const permission of permissions) {
    expect(scopesMay([], permission)).toBe(false);
    expect(scopesMay(keyScopes, permission)).toBe(
      keyScopes.some((scope) => byScope[scope].includes(permission)),
    );
  }
});

it('no user may emit, and no key may manage keys or members', () => {
  expect(roles.filter((role) => roleMay(role, 'events:emit'))).toEqual([]);
  for (const permission of [
    'keys:manage',
    'tokens:own',
    'members:manage',
    'organization:manage',
    'documents:approve',
  ] as const) {
    expect(scopesMay(keyScopes, permission)).toBe(false);
  }
});

it('a key of a user has the permissions that both its scopes and the role of its creator grant', () => {
  for (const role of roles) {
    for (const permission of permissions.filter((each) => each !== 'events:emit')) {
      expect(keyMay(keyScopes, role, permission), `${role} ${permission}`).toBe(
        scopesMay(keyScopes, permission) && byRole[role].includes(permission),
      );
    }
    expect(keyMay([], role, 'builds:read')).toBe(false);
    // Users who may manage keys may create keys that emit.
    expect(keyMay(['emit'], role, 'events:emit')).toBe(byRole[role].includes('keys:manage'));
  }
});

it('an unlisted permission is denied', () => {
  expect(roleMay('owner', 'trail:erase' as Permission)).toBe(false);
  expect(scopesMay(['read'], 'trail:erase' as Permission)).toBe(false);
});
