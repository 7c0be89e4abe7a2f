/**
 * `npm test`: runs the tests of every workspace, two workspaces at a time, and then lists the ten slowest tests.
 * Arguments go to turbo, those after a further `--` to vitest.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

interface Report {
  testResults: { name: string; assertionResults: { fullName: string; duration?: number }[] }[];
}

const repository = join(import.meta.dirname, '..');
/** Where each workspace's tests leave their report. */
const reportPath = '.turbo/test-report.json';

const { workspaces } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  workspaces: string[];
};
const manifests = workspaces.map((pattern) => `${pattern}/package.json`);
const reports = globSync(manifests, { cwd: repository }).map((manifest) =>
  join(repository, dirname(manifest), reportPath),
);
for (const file of reports) rmSync(file, { force: true });

const given = process.argv.slice(2);
const end = given.includes('--') ? given.indexOf('--') : given.length;
const { status } = spawnSync(
  process.execPath,
  [
    join(repository, 'scripts/node24.js'),
    '--bin',
    'turbo',
    'run',
    'test',
    '--concurrency=2',
    ...given.slice(0, end),
    '--',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportPath}`,
    ...given.slice(end + 1),
  ],
  { cwd: repository, stdio: 'inherit' },
);
process.exitCode = status ?? 1;

process.stdout.write('\nThe slowest tests:\n');
for (const { durationMs, name } of slowestTests(10)) {
  process.stdout.write(`${(durationMs / 1_000).toFixed(1).padStart(7)} s  ${name}\n`);
}

interface Test {
  name: string;
  durationMs: number;
}

function slowestTests(count: number): Test[] {
  const tests: Test[] = [];
  for (const report of reports.filter((file) => existsSync(file))) {
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
    for (const { name: file, assertionResults } of testResults) {
      for (const { fullName, duration = 0 } of assertionResults) {
        tests.push({ name: `${relative(repository, file)}: ${fullName}`, durationMs: duration });
      }
    }
  }
  return tests.sort((a, b) => b.durationMs - a.durationMs).slice(0, count);
}
