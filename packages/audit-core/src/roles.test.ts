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

/** Written out once more, so that a right is never widened by a slip of the hand. */
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

  it('is told all that it may do', () => {
    expect(permissionsOf(role)).toEqual(permissions.filter((each) => roleMay(role, each)));
  });
});

describe.each(keyScopes)('a key with the scope %s', (scope) => {
  it.each(permissions)('%s only as listed', (permission) => {
    expect(scopesMay([scope], permission)).toBe(byScope[scope].includes(permission));
  });
});

it('a key may do what one of its scopes allows, and nothing without a scope', () => {
  for (const permission of permissions) {
    expect(scopesMay([], permission)).toBe(false);
    expect(scopesMay(keyScopes, permission)).toBe(
      keyScopes.some((scope) => byScope[scope].includes(permission)),
    );
  }
});

it('no person may emit, and no key may make keys or change who belongs to the organisation', () => {
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

it('a key that a person made does what its scopes and the role of its maker both allow', () => {
  for (const role of roles) {
    for (const permission of permissions.filter((each) => each !== 'events:emit')) {
      expect(keyMay(keyScopes, role, permission), `${role} ${permission}`).toBe(
        scopesMay(keyScopes, permission) && byRole[role].includes(permission),
      );
    }
    expect(keyMay([], role, 'builds:read')).toBe(false);
    // Whoever may make keys may make some that emit.
    expect(keyMay(['emit'], role, 'events:emit')).toBe(byRole[role].includes('keys:manage'));
  }
});

it('what is in no list is denied', () => {
  expect(roleMay('owner', 'trail:erase' as Permission)).toBe(false);
  expect(scopesMay(['read'], 'trail:erase' as Permission)).toBe(false);
});
