/**
 * `npm run signer:adopt -- "<reason>"`: accepts the stored trails as they are, after the signer refused to sign. Run it
 * while the service is stopped. Records the adoption as an event in every trail that had been signed before.
 */

import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { createServices } from '../app/create-services.ts';
import { loadConfig } from '../config.ts';
import { prepareEmbedded, prepareExternal } from '../db/prepare-database.ts';
import { startEmbeddedPostgres } from '../postgres/embedded.ts';
import { adoptTrails, type Adopted, type Adoption } from '../signer/adopt-trails.ts';
import { readSignerState, writeSignerState, type SignedTree } from '../signer/signer-state.ts';
import { recordAdoptions } from './record-adoptions.ts';

const reason = process.argv[2];
if (!reason || reason.length > 2_000) {
  throw new Error('Give a reason of at most 2,000 characters: npm run signer:adopt -- "<reason>"');
}

const config = loadConfig(process.env);
const stateFile = join(config.dataDir, 'signer-state');
const log = pino({ level: 'warn' }, pino.destination(2));
const postgres = config.databaseUrl
  ? undefined
  : await startEmbeddedPostgres({ dataDir: config.dataDir, log });
try {
  const connections = postgres
    ? await prepareEmbedded(postgres.ownerUrl)
    : await prepareExternal(config.databaseUrl as string, config.production);
  if (!connections.signer)
    throw new Error('DATABASE_URL must connect as a member of audit_api and of audit_signer.');
  const { trees, adoptions, refused } = await adopt(connections.signer.url);
  // Record before adopting: after a crash in between, the signer still refuses, and adopting again is safe.
  await record(connections.api, adoptions, reason);
  writeSignerState(stateFile, trees);
  process.stdout.write(`Adopted. ${adoptions.length} of the trails had been signed before.\n`);
  for (const { organizationId, reason: why } of refused) {
    process.stderr.write(`${organizationId} cannot be adopted and stays unsigned: ${why}\n`);
    process.exitCode = 1;
  }
} finally {
  await postgres?.stop();
}

async function adopt(url: string): Promise<Adopted> {
  const client = new pg.Client({ connectionString: url, options: '-c role=audit_signer' });
  await client.connect();
  try {
    return await adoptTrails(client, readOldState(stateFile), Date.now());
  } finally {
    await client.end();
  }
}

/** The state before the adoption; empty when the file is missing or damaged, which is a reason to adopt. */
function readOldState(file: string): ReadonlyMap<string, SignedTree> {
  try {
    return readSignerState(file);
  } catch (error) {
    log.warn({ err: error }, 'the signer state is unreadable and was ignored');
    return new Map();
  }
}

async function record(
  api: { url: string; role?: string },
  adoptions: readonly Adoption[],
  why: string,
): Promise<void> {
  const services = await createServices(config, log, { database: api });
  try {
    await recordAdoptions(services, adoptions, why);
  } finally {
    await services.stop();
  }
}
