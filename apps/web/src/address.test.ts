import { expect, test } from 'vitest';
import { localPath } from './address.ts';

test('signing in leads back to a page of this site', () => {
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
])('signing in never leads away: %s', (path) => expect(localPath(path)).toBe('/'));
