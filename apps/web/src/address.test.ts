import { expect, test } from 'vitest';
import { localPath } from './address.ts';

test('sign-in leads back to a page of this site', () => {
  expect(localPath('/audit-trails?actor=ada#x')).toBe('/audit-trails?actor=ada#x');
});

test.each([
  undefined,
  '',
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example',
  'javascript:alert(1)',
  'audit-trails',
])('sign-in never leads to another site: %s', (path) => expect(localPath(path)).toBe('/'));
