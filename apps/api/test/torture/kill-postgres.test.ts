import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { migrate } from '../../src/db/migrate.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/postgres/embedded.ts';
import type { ApiProcess } from '../support/api-process.ts';
import { processTree, signalAll } from '../support/process-tree.ts';
import { administer, removeDataDir } from '../support/test-cluster.ts';
import { counts, timeoutMs } from './counts.ts';
import { openField, randomMoment, torture, type Field } from './field.ts';

let folder: string;
let postgres: EmbeddedPostgres;
let field: Field;
let api: ApiProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'audit-kill-postgres-'));
  // Durable and supervised, as in production.
  postgres = await startEmbeddedPostgres({ dataDir: folder });
  await migrate(postgres.ownerUrl);
  field = await openField(postgres.ownerUrl);
  api = await field.startApi();
});

afterAll(async () => {
  await api.stop();
  await field[Symbol.asyncDispose]();
  await postgres.stop();
  removeDataDir(folder);
});

/** Its processes, the postmaster first, once it runs: it may still be restarting. */
const server = () =>
  vi.waitFor(() => processTree(postgres.pid() ?? expect.fail('no server')), {
    timeout: 60_000,
    interval: 20,
  });

/** What is killed, in turn: the server, the server with all its children, one child. */
const victims = [
  (tree: number[]) => tree.slice(0, 1),
  (tree: number[]) => tree,
  (tree: number[]) => tree.slice(-1),
];

describe('every acknowledged event is stored once, and none twice', () => {
  test('whenever Postgres is killed', { timeout: timeoutMs }, () =>
    torture(field, {
      kind: 'Postgres killed while it writes',
      done: { kills: counts.postgresKills },
      urls: [api.url],
      async disturb(writing) {
        for (let kill = 0; kill < counts.postgresKills; kill += 1) {
          await randomMoment();
          const tree = await server();
          signalAll((victims[kill % 3] as (typeof victims)[0])(tree), 'SIGKILL');
          // The supervisor or the server itself restarts and recovers from the write-ahead log.
          await writing.progress();
        }
        // Without its postmaster, a server keeps serving open connections and accepts no new ones until it is restarted.
        await vi.waitFor(
          () => administer(postgres.ownerUrl, (client) => client.query('select 1')),
          { timeout: 60_000, interval: 100 },
        );
      },
    }),
  );

  test('when Postgres is suspended', { timeout: timeoutMs }, () =>
    torture(field, {
      kind: 'Postgres standing still',
      done: { seconds: counts.frozenSeconds },
      // More events than the API's queue holds: it answers 429 and then 503.
      urls: Array.from({ length: 6 }, () => api.url),
      async disturb(writing) {
        const tree = await server();
        signalAll(tree, 'SIGSTOP');
        try {
          await delay(counts.frozenSeconds * 1_000);
          expect((await fetch(`${api.url}/readyz`)).status).toBe(503);
        } finally {
          signalAll(tree, 'SIGCONT');
        }
        await writing.progress();
        expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
      },
    }),
  );
});
