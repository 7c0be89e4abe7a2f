/** `npm run snapshot -w packages/audit-core`: adds compatible changes to the snapshot, and rejects breaking ones. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { compareContracts, explainBreaking } from './compare-contracts.ts';
import { describeContract, serializeContract, type Contract } from './describe-contract.ts';
import { publishedCatalogue, snapshotFile } from './snapshot-file.ts';

const contract = describeContract(publishedCatalogue);
const published = existsSync(snapshotFile)
  ? (JSON.parse(readFileSync(snapshotFile, 'utf8')) as Contract)
  : contract;
const changes = compareContracts(published, contract);
const problem = explainBreaking(changes);

if (problem === undefined) {
  writeFileSync(snapshotFile, serializeContract(contract));
  for (const { path, message } of changes) process.stdout.write(`${path}: ${message}\n`);
  process.stdout.write(`catalogue.snapshot.json is up to date (${changes.length} additions).\n`);
} else {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
