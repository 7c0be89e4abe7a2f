/**
 * The signer process. As a child of the API it gets the database URL in a message and exits with its parent. On its own
 * (`npm run signer`) it uses DATABASE_URL, which must connect as a member of audit_signer.
 */

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { loadConfig } from '../config.ts';
import { createFile } from '../create-file.ts';
import { runSigner } from './signer.ts';
import { asChild } from './start-signer.ts';
import { loadSigningKeys } from './signing-keys.ts';

const log = pino(
  { name: 'signer', level: process.env['NODE_ENV'] === 'test' ? 'warn' : 'info' },
  pino.destination(2),
);
const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => abort.abort());
// Also emitted when the parent is killed, because its end of the channel closes.
process.on('disconnect', () => abort.abort());

const config = loadConfig(process.env);
mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
const databaseUrl = process.argv.includes(asChild) ? await messageFromParent() : config.databaseUrl;
if (!databaseUrl) {
  throw new Error(
    'DATABASE_URL is required: a signer without the service does not start a database.',
  );
}

const stateFile = join(config.dataDir, 'signer-state');
// The empty state is created before the key, so a key without a state has already signed, whatever the database says.
// Another signer that starts at the same time may have created the state first; createFile leaves it unchanged.
if (!config.production && !existsSync(config.signingKeyFile)) createFile(stateFile, '');

await runSigner({
  databaseUrl,
  stateFile,
  mayBegin: false,
  keys: loadSigningKeys(config.signingKeyFile, !config.production),
  logOrigin: config.logOrigin,
  clock: Date.now,
  log,
  signal: abort.signal,
});
process.exit(0);

async function messageFromParent(): Promise<string> {
  return new Promise((resolve) => process.once('message', (message) => resolve(message as string)));
}
