/**
 * `npm run verify -- <organisation id> | --all`: verifies stored trails against their signatures. Exits with 1 when a
 * trail is not sound. `--key <file>` has the trusted keys, `--checkpoint <file>` is a signed checkpoint that was kept,
 * and `--state <file>` is the signer's state.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { KnownRoot } from '@liblab/audit-core/log';
import pg from 'pg';
import { loadConfig } from '../config.ts';
import { borrowEmbeddedPostgres } from '../postgres/embedded.ts';
import { readSignedRoots } from '../signer/signed-roots.ts';
import { loadSigningKeys } from '../signer/signing-keys.ts';
import { findOrganizations } from '../verification/find-organizations.ts';
import { formatReport } from '../verification/format-report.ts';
import { keysFor, readKeptCheckpoint, readTrust, type Trust } from '../verification/read-trust.ts';
import { verifyOrganization } from '../verification/verify-organization.ts';

const usage = 'Usage: npm run verify -- <organisation id>, or npm run verify -- --all';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    key: { type: 'string' },
    checkpoint: { type: 'string', multiple: true, default: [] },
    state: { type: 'string' },
  },
});
const [given, ...others] = positionals;
if (others.length > 0 || (given === undefined) !== values.all) throw new Error(usage);

const config = loadConfig(process.env);
const trust = values.key === undefined ? trustOfSigner() : readTrust(values.key);
// Read before the database's snapshot, which then contains everything that these roots cover.
const kept = await readKept();
const postgres = config.databaseUrl ? undefined : await borrowEmbeddedPostgres(config);
const client = new pg.Client({
  connectionString: postgres?.ownerUrl ?? config.databaseUrl,
  options: '-c role=audit_verifier -c default_transaction_read_only=on',
  application_name: 'audit-verify',
});
try {
  await client.connect();
  const ids =
    given === undefined ? await findOrganizations(client, kept.keys()) : [given.toLowerCase()];
  for (const organizationId of ids) {
    await client.query('begin isolation level repeatable read');
    const report = await verifyOrganization({
      client,
      organizationId,
      keys: keysFor(organizationId, trust),
      kept: kept.get(organizationId) ?? [],
    });
    await client.query('rollback');
    if (report.size === 0 && report.findingCount === 0) {
      throw new Error(`No trail found for ${organizationId}.`);
    }
    process.stdout.write(formatReport(report));
    if (report.findingCount > 0) process.exitCode = 1;
  }
} finally {
  await client.end();
  await postgres?.stop();
}

/** The keys from the signer's key file, which exists on the signer's machine. */
function trustOfSigner(): Trust {
  if (!existsSync(config.signingKeyFile)) {
    throw new Error(
      'No trusted key: pass --key <file>, a file with the lines that the log serves as log.vkey and witness.vkey. ' +
        'Keep that file away from the database.',
    );
  }
  const { log, witness } = loadSigningKeys(config.signingKeyFile, false);
  return { logOrigin: config.logOrigin, log: log.publicKey, witness: witness.publicKey };
}

/** Roots known from outside the database, by organisation id. */
async function readKept(): Promise<Map<string, KnownRoot[]>> {
  const stateFile = values.state ?? join(config.dataDir, 'signer-state');
  const roots = new Map<string, KnownRoot[]>();
  if (values.state !== undefined || existsSync(stateFile)) {
    for (const [organizationId, root] of readSignedRoots(stateFile)) {
      roots.set(organizationId, [root]);
    }
  }
  for (const file of values.checkpoint) {
    const { organizationId, root } = await readKeptCheckpoint(file, trust);
    roots.set(organizationId, [...(roots.get(organizationId) ?? []), root]);
  }
  return roots;
}
