import { describe, expect, it } from 'vitest';
import {
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
  owner: ['trail:read', 'trail:export', 'keys:manage'],
  admin: ['trail:read', 'trail:export', 'keys:manage'],
  auditor: ['trail:read', 'trail:export'],
  member: [],
};
const byScope: Record<KeyScope, Permission[]> = {
  emit: ['events:emit'],
  import: ['events:emit'],
  build: [],
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
    expect(scopesMay(keyScopes, permission)).toBe(permission !== 'keys:manage');
  }
});

it('no person may emit and no key may manage keys', () => {
  expect(roles.filter((role) => roleMay(role, 'events:emit'))).toEqual([]);
  expect(scopesMay(keyScopes, 'keys:manage')).toBe(false);
});

it('what is in no list is denied', () => {
  expect(roleMay('owner', 'trail:erase' as Permission)).toBe(false);
  expect(scopesMay(['read'], 'trail:erase' as Permission)).toBe(false);
});
