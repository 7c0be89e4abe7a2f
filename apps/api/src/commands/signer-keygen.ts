/**
 * `npm run signer:keygen -- <key file> <data folder>`: creates a signing key file, mode 0600, and the empty state of a
 * new log in the signer's DATA_DIR. Never overwrites either.
 */

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeSignerState } from '../signer/signer-state.ts';
import { createKeyFile } from '../signer/signing-keys.ts';

const [file, folder] = process.argv.slice(2);
if (!file || !folder) {
  throw new Error("Usage: npm run signer:keygen -- <key file> <the signer's DATA_DIR>");
}
const stateFile = join(folder, 'signer-state');
if (existsSync(stateFile)) {
  throw new Error(`${stateFile} already exists and belongs to another key. Choose another folder.`);
}
if (!createKeyFile(file))
  throw new Error(`${file} already exists. A key is never overwritten; choose another file.`);
mkdirSync(folder, { recursive: true, mode: 0o700 });
writeSignerState(stateFile, new Map());
process.stdout.write(
  `Created ${file} and ${stateFile}. Keep copies away from the database: if the key is lost, the log must start over.\n`,
);
