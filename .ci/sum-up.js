/**
 * Adds up the test reports of all workspaces, prints what failed and what was skipped, and one last line.
 *
 *   node .ci/sum-up.js <the report's path in each workspace> [a step that failed ...]
 */

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [reportPath, ...problems] = process.argv.slice(2);
const stepsFailed = problems.length;
let passed = 0;
let failed = 0;
let skipped = 0;

for (const workspace of workspacesWithTests()) {
  const file = join(workspace, reportPath);
  if (!existsSync(file)) {
    problems.push(`${workspace}: its tests left no report`);
    continue;
  }
  const { testResults, numFailedTestSuites } = JSON.parse(readFileSync(file, 'utf8'));
  let failedHere = 0;
  let withoutData = 0;
  for (const { name, status, assertionResults, message } of testResults) {
    if (status === 'failed' && assertionResults.length === 0) {
      problems.push(`${name}: ${message}`);
    }
    for (const { status: outcome, fullName } of assertionResults) {
      if (outcome === 'passed') passed += 1;
      else if (outcome === 'failed') {
        failed += 1;
        failedHere += 1;
        console.log(`failed: ${workspace}: ${fullName}`);
      } else {
        skipped += 1;
        console.log(`skipped: ${workspace}: ${fullName}`);
        if (fullName.includes('AUDIT_FOREIGN_DATA')) withoutData += 1;
      }
    }
  }
  if (withoutData > 0) {
    problems.push(`${workspace}: ${withoutData} tests were skipped for want of AUDIT_FOREIGN_DATA`);
  }
  if (numFailedTestSuites > 0 && failedHere === 0) {
    problems.push(`${workspace}: a test file failed outside its tests`);
  }
}

for (const problem of problems) console.log(`problem: ${problem}`);
console.log(`${skipped} skipped`);
// A failed step whose tests are counted already is not counted twice; one without counts on its own.
const others = problems.length - stepsFailed;
failed += others;
for (const problem of problems.slice(0, stepsFailed)) {
  if (problem !== 'npm test failed' || failed === 0) failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** Folders of the workspaces whose package.json has a test script. */
function workspacesWithTests() {
  const readManifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return readManifest('.')
    .workspaces.flatMap((pattern) =>
      pattern.endsWith('/*')
        ? readdirSync(dirname(pattern)).map((name) => join(dirname(pattern), name))
        : pattern,
    )
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .filter((folder) => readManifest(folder).scripts?.test);
}
