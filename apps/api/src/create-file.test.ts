import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFile } from './create-file.ts';

test('a file is created once, readable only by its owner, and no draft is left behind', () => {
  const folder = mkdtempSync(join(tmpdir(), 'create-file-'));
  const file = join(folder, 'secret');
  expect(createFile(file, 'first')).toBe(true);
  expect(createFile(file, 'second')).toBe(false);
  expect(readFileSync(file, 'utf8')).toBe('first');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(() => createFile(join(folder, 'missing', 'secret'), '')).toThrow('ENOENT');
  expect(readdirSync(folder)).toEqual(['secret']);
  rmSync(folder, { recursive: true });
});
