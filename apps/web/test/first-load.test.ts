/** What a browser downloads to show `/audit-trails` stays within its budget. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Manifest } from 'vite';
import { expect, test } from 'vitest';

const bytesMax = 250_000;
const vite = path.join(
  path.dirname(createRequire(import.meta.url).resolve('vite/package.json')),
  'bin/vite.js',
);
const page = 'src/audit-trails/audit-trails-page.tsx';

test('the first load of /audit-trails is at most 250 KB of JavaScript, gzipped', () => {
  const outDir = mkdtempSync(path.join(tmpdir(), 'audit-web-'));
  try {
    // Its own process: in this one NODE_ENV is `test`, and React would be its development build.
    execFileSync(process.execPath, [vite, 'build', '--outDir', outDir, '--emptyOutDir'], {
      cwd: path.join(import.meta.dirname, '..'),
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: 'pipe',
    });
    const read = (file: string) => readFileSync(path.join(outDir, file));
    const manifest = JSON.parse(read('.vite/manifest.json').toString()) as Manifest;
    const files = ['color-scheme.js', ...filesOf(manifest, ['index.html', page])];
    const sizes = files.map((file) => gzipSync(read(file)).length);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    process.stdout.write(
      `${JSON.stringify({ name: 'first load of /audit-trails, JavaScript gzip', value: bytes, unit: 'bytes', floor: null, ratio: null })}\n`,
    );
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThanOrEqual(bytesMax);
  } finally {
    rmSync(outDir, { recursive: true });
  }
}, 60_000);

/** The JavaScript of these chunks and of all that they import before they run. */
function filesOf(manifest: Manifest, names: string[]): string[] {
  const seen = new Set<string>();
  const visit = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    const chunk = manifest[name];
    if (!chunk) throw new Error(`${name} is not in the build's manifest.`);
    for (const imported of chunk.imports ?? []) visit(imported);
  };
  for (const name of names) visit(name);
  return [...seen].map((name) => manifest[name]?.file ?? '').filter((file) => file.endsWith('.js'));
}
