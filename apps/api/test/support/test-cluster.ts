/** One PostgreSQL for the test run, with a migrated template that each test file's database is cloned from. */

import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../src/db/migrate.ts';
import { startEmbeddedPostgres } from '../../src/postgres/embedded.ts';
import { identityOf } from '../../src/postgres/process-identity.ts';

/** The roles that the migrations create, each with this run's password. */
export const roles = ['audit_api', 'audit_signer', 'audit_janitor', 'audit_verifier'] as const;

export interface TestCluster {
  /** Connects as the cluster's owner, to any database except the template. */
  ownerUrl: string;
  template: string;
  rolePassword: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    testCluster: TestCluster;
  }
}

const folderPrefix = 'audit-trails-test-';

/**
 * Uses the cluster of AUDIT_TEST_DATABASE_URL (an owner's URL), else starts one in the temporary folder. DATABASE_URL
 * is left alone: the roles' passwords are changed here.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['AUDIT_TEST_DATABASE_URL'];
  const own = given ? undefined : await startCluster();
  const ownerUrl = given ?? own?.ownerUrl ?? '';
  const template = `audit_template_${process.pid}`;
  // The same for all runs on one cluster, because roles belong to the cluster: concurrent runs do not interfere.
  const rolePassword = createHash('sha256').update(ownerUrl).digest('hex');
  await administer(ownerUrl, async (client) => {
    await client.query(`create database ${template} template template0`);
    await migrate(urlTo(ownerUrl, template));
    for (const role of roles) await client.query(`alter role ${role} password '${rolePassword}'`);
  });
  project.provide('testCluster', { ownerUrl, template, rolePassword });
  return async () => {
    if (own) await own.remove();
    else await administer(ownerUrl, (client) => client.query(`drop database ${template}`));
  };
}

/** The same cluster, another database; another role when one is named. */
export function urlTo(ownerUrl: string, database: string, role?: string, password = ''): string {
  const url = new URL(ownerUrl);
  url.pathname = `/${database}`;
  if (role) {
    url.username = role;
    url.password = password;
  }
  return url.href;
}

/** Runs statements on the cluster as its owner; fails if the server does not answer. */
export async function administer<Result>(
  ownerUrl: string,
  act: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({
    connectionString: ownerUrl,
    connectionTimeoutMillis: 10_000,
    query_timeout: 60_000,
  });
  // Without a listener, a server that dies in the meantime would end the run.
  client.on('error', () => {});
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}

async function startCluster() {
  await removeStaleClusters();
  const dataDir = mkdtempSync(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  const postgres = await startEmbeddedPostgres({
    dataDir,
    // Its data is disposable; a test that needs durability starts its own server.
    settings: { fsync: 'off', full_page_writes: 'off', max_connections: 300 },
  });
  return {
    ownerUrl: postgres.ownerUrl,
    async remove() {
      await postgres.stop();
      removeDataDir(dataDir);
    },
  };
}

/** A killed run leaves its server behind. */
async function removeStaleClusters(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(folderPrefix)) continue;
    const pid = Number(name.slice(folderPrefix.length).split('-')[0]);
    if (identityOf(pid) !== undefined) continue;
    const dataDir = join(tmpdir(), name);
    // Adopted first, so that only a server of such a run is stopped.
    if (existsSync(join(dataDir, 'postgres/data/postmaster.pid'))) {
      const postgres = await startEmbeddedPostgres({ dataDir, lockPatienceMs: 0 });
      await postgres.stop();
    }
    removeDataDir(dataDir);
  }
}

/** Removes a DATA_DIR, and the folder that holds its database if that is elsewhere. */
export function removeDataDir(dataDir: string): void {
  const stateFile = join(dataDir, 'postgres.json');
  if (existsSync(stateFile)) {
    const { elsewhere } = JSON.parse(readFileSync(stateFile, 'utf8')) as { elsewhere?: string };
    if (elsewhere) rmSync(elsewhere, { recursive: true, force: true });
  }
  rmSync(dataDir, { recursive: true, force: true });
}
