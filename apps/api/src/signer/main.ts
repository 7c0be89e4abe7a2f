/**
 * The signer's own process. As a child of the API it gets its options as a message and leaves with its parent; alone
 * (`npm run signer`) it reads the configuration and DATABASE_URL connects as a member of audit_signer.
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
// A parent that was killed says nothing: its end of the channel closes.
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
// The state comes into being with the key, and before it: a key without one has signed, whatever the database says.
// Another signer that starts at the same time may have begun it, and signed: what it wrote is left as it is.
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
