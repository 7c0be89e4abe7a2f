/** A database with a filled trail, created once and copied for each run until the schema or the events change. */

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { loadConfig } from '@liblab/audit-api/config';
import { openDatabase } from '@liblab/audit-api/db/database';
import { migrate, migrationsFolder } from '@liblab/audit-api/db/migrate';
import { createOrganization } from '@liblab/audit-api/portal/identity/create-organization';
import { createKey } from '@liblab/audit-api/portal/keys/create-key';
import { startApiProcess } from '@liblab/audit-api/test-support/api-process';
import { dropDatabase, folder, type Cluster } from './cluster.ts';
import { printProgress } from './figure.ts';
import { fillTrail } from './fill-trail.ts';
import { fillFloor } from './floor-table.ts';

/** The organisation of the filled trail. */
export const filledId = '11111111-1111-4111-8111-111111111111';
/** The time between two events of the filled trail. */
export const spacingMs = 4_000;
const draft = 'bench_draft';

export interface Template {
  database: string;
  /** The data folder of the API that signed the trail: the secret, the signer's key and its state. */
  dataDir: string;
}

/** Returns the database with this many events in one trail and rows in the floor's table; creates it if necessary. */
export async function ensureTemplate(cluster: Cluster, events: number): Promise<Template> {
  const database = `bench_${fingerprint()}_${events}`;
  const dataDir = join(folder, database);
  const { rows } = await cluster.server.query<{ name: string }>(
    `select datname as name from pg_database where datname like 'bench%'`,
  );
  if (rows.some(({ name }) => name === database)) return { database, dataDir };
  const stale = rows.filter(({ name }) => !name.startsWith(`bench_${fingerprint()}_`));
  for (const { name } of stale) {
    await dropDatabase(cluster, name);
    rmSync(join(folder, name), { recursive: true, force: true });
  }
  printProgress(`Creating ${database}. This takes a few minutes; it is kept in ${folder}.`);
  await cluster.server.query(`create database ${draft}`);
  await fill(cluster, dataDir, events);
  await cluster.server.query(`alter database ${draft} rename to ${database}`);
  return { database, dataDir };
}

/** A hash of everything that determines the content of the database. */
function fingerprint(): string {
  const files = [
    ...readdirSync(migrationsFolder).map((name) => join(migrationsFolder, name)),
    ...['sample-events.ts', 'fill-trail.ts', 'floor-table.ts'].map((name) =>
      join(import.meta.dirname, name),
    ),
  ];
  const hash = createHash('sha256');
  for (const file of files.toSorted()) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 8);
}

async function fill(cluster: Cluster, dataDir: string, events: number): Promise<void> {
  mkdirSync(dataDir, { recursive: true });
  const databaseUrl = cluster.urlTo(draft);
  await migrate(databaseUrl);
  const keyId = await importer(databaseUrl);
  // Projects and signs events while the trail is written.
  const api = await startApiProcess({
    databaseUrl,
    dataDir,
    port: 20_000 + (process.pid % 10_000),
  });
  const owner = await cluster.connect(draft);
  try {
    const lastMs = Date.now() - 60 * 60 * 1000;
    await fillTrail({
      config: loadConfig({ DATABASE_URL: databaseUrl, DATA_DIR: dataDir }),
      organizationId: filledId,
      keyId,
      from: 0,
      to: events,
      atMs: (position) => lastMs - (events - 1 - position) * spacingMs,
    });
    await fillFloor(owner, filledId, events);
    await untilSigned(owner);
    await owner.query('vacuum analyze');
  } finally {
    await api.stop();
    await owner.end();
  }
}

async function importer(databaseUrl: string): Promise<string> {
  const db = openDatabase({ url: databaseUrl });
  try {
    await createOrganization({ db, clock: Date.now }, null, {
      id: filledId,
      name: 'Exciting Soda',
    });
    const key = { name: 'Importer', scopes: ['import' as const], organizationIds: [filledId] };
    return (await createKey({ db, clock: Date.now }, null, key)).id;
  } finally {
    await db.close();
  }
}

async function untilSigned(owner: Client): Promise<void> {
  for (;;) {
    const behind = await readBehind(owner);
    if (behind === 0) return;
    printProgress(`${behind} events left to project and sign.`);
    await delay(5_000);
  }
}

/** The number of events not yet signed or projected. */
export async function readBehind(owner: Client): Promise<number> {
  const { rows } = await owner.query<{ behind: string }>(
    `select coalesce(sum(h.size - least(signed_size, coalesce(p.next_seq, 0))), 0) as behind
     from log_heads h left join projections p using (organization_id)`,
  );
  return Number(rows[0]?.behind);
}
