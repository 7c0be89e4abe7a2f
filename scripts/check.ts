/** `npm run check`: types, lint, format, boundaries and unused code. Runs all checks and shows the output of failed ones. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '..');

const checks: Record<string, string[]> = {
  types: ['turbo', 'run', 'types', '--output-logs=errors-only', '--continue'],
  lint: ['oxlint', '--type-aware', '--deny-warnings'],
  format: ['oxfmt', '--check', '.'],
  boundaries: ['turbo', 'boundaries'],
  unused: ['knip', '--no-progress'],
  // Sources that import a development dependency fail where only the others are installed.
  'dependencies of sources': [
    'knip',
    '--no-progress',
    '--production',
    '--strict',
    '--dependencies',
  ],
};

const failed: string[] = [];
for (const [name, command] of Object.entries(checks)) {
  const startedAt = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(repository, 'scripts/node24.js'), '--bin', ...command],
    { cwd: repository, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (status === 0) {
    process.stdout.write(`${name}: ok (${seconds} s)\n`);
  } else {
    failed.push(name);
    process.stdout.write(`${stdout}${stderr}\n${name}: failed (${seconds} s)\n`);
  }
}

if (failed.length > 0) {
  process.stdout.write(`\nFailed: ${failed.join(', ')}\n`);
  process.exitCode = 1;
}
