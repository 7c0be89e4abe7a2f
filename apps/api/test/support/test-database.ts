/** A separate database for a test file, cloned from the migrated template. */

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { administer, urlTo } from './test-cluster.ts';

export interface TestDatabase extends AsyncDisposable {
  ownerUrl: string;
  apiUrl: string;
  signerUrl: string;
  janitorUrl: string;
  verifierUrl: string;
}

/** How long closing connections may take. */
const closingMs = 1_000;

/**
 * Dispose of it with `await using`, or in `afterAll`.
 * @throws at disposal when a connection is still open
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  return copyOf(inject('testCluster').template);
}

/** A copy of the database as it is now, like a restored back-up. No connection to it may be open. */
export async function copyTestDatabase({
  ownerUrl,
}: Pick<TestDatabase, 'ownerUrl'>): Promise<TestDatabase> {
  return copyOf(new URL(ownerUrl).pathname.slice(1));
}

async function copyOf(template: string): Promise<TestDatabase> {
  const { ownerUrl, rolePassword } = inject('testCluster');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(ownerUrl, (client) =>
    client.query(`create database ${name} template ${template}`),
  );
  const as = (role: string) => urlTo(ownerUrl, name, role, rolePassword);
  return {
    ownerUrl: urlTo(ownerUrl, name),
    apiUrl: as('audit_api'),
    signerUrl: as('audit_signer'),
    janitorUrl: as('audit_janitor'),
    verifierUrl: as('audit_verifier'),
    async [Symbol.asyncDispose]() {
      const leaks = await openConnections(ownerUrl, name);
      await administer(ownerUrl, (client) => client.query(`drop database ${name} with (force)`));
      if (leaks.length > 0) {
        throw new Error(`${leaks.length} connections were left open:\n  ${leaks.join('\n  ')}`);
      }
    },
  };
}

async function openConnections(ownerUrl: string, database: string): Promise<string[]> {
  return administer(ownerUrl, async (client) => {
    const deadline = Date.now() + closingMs;
    for (;;) {
      const { rows } = await client.query<{ leak: string }>(
        `select format('%s as %s, last: %s', nullif(application_name, ''), usename, query) as leak
           from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
        [database],
      );
      if (rows.length === 0 || Date.now() > deadline) return rows.map((row) => row.leak);
      await sleep(20);
    }
  });
}
