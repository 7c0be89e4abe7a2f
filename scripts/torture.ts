/**
 * `npm run torture`: what `npm test` does a little of, done for half an hour. Prints a line per kind of torture with its
 * counts and results, and the list of what was tampered with. Ends with other than 0 when one did not hold.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '..');

const { status } = spawnSync(
  process.execPath,
  [
    join(repository, 'scripts/node24.js'),
    '--bin',
    'vitest',
    'run',
    'test/tampering.test.ts',
    'test/torture/',
    ...process.argv.slice(2),
    // One after the other, so that the processes that are killed have the machine to themselves.
    '--no-file-parallelism',
    '--disable-console-intercept',
  ],
  {
    cwd: join(repository, 'apps/api'),
    env: { ...process.env, AUDIT_TORTURE: 'much' },
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
