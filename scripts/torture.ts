/**
 * `npm run torture`: runs the crash and tampering tests of `npm test` for half an hour. Prints a line with counts and
 * results per kind of test, and the list of tampered data. Exits with a code other than 0 when a test failed.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '..');

/** The files of each workspace that do more under `AUDIT_TORTURE`. */
const files: [workspace: string, files: string[]][] = [
  ['apps/api', ['test/tampering.test.ts', 'test/torture/']],
  ['replay', ['test/replay.test.ts']],
];

for (const [workspace, paths] of files) {
  const { status } = spawnSync(
    process.execPath,
    [
      join(repository, 'scripts/node24.js'),
      '--bin',
      'vitest',
      'run',
      ...paths,
      ...process.argv.slice(2),
      // One file at a time, so that killed processes do not compete for the machine.
      '--no-file-parallelism',
      '--disable-console-intercept',
    ],
    {
      cwd: join(repository, workspace),
      env: { ...process.env, AUDIT_TORTURE: 'much' },
      stdio: 'inherit',
    },
  );
  if (status !== 0) process.exitCode = status ?? 1;
}
