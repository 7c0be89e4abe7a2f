/** Measures the JavaScript that a browser downloads to show `/audit-trails`. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Manifest } from 'vite';

const vite = path.join(
  path.dirname(createRequire(import.meta.url).resolve('vite/package.json')),
  'bin/vite.js',
);
const page = 'src/audit-trails/audit-trails-page.tsx';

/** Builds the page now. @returns bytes of gzipped JavaScript */
export function measureFirstLoad(): number {
  const outDir = mkdtempSync(path.join(tmpdir(), 'audit-web-'));
  try {
    // In its own process: NODE_ENV is `test` here, which would select React's development build.
    execFileSync(process.execPath, [vite, 'build', '--outDir', outDir, '--emptyOutDir'], {
      cwd: path.join(import.meta.dirname, '../..'),
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: 'pipe',
    });
    const read = (file: string) => readFileSync(path.join(outDir, file));
    const manifest = JSON.parse(read('.vite/manifest.json').toString()) as Manifest;
    const files = ['color-scheme.js', ...javaScriptFiles(manifest, ['index.html', page])];
    return files.reduce((sum, file) => sum + gzipSync(read(file)).length, 0);
  } finally {
    rmSync(outDir, { recursive: true });
  }
}

/** The JavaScript files of these chunks and of their static imports. */
function javaScriptFiles(manifest: Manifest, names: string[]): string[] {
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
