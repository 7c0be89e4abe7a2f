import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditClient } from '@liblab/audit-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase, type Database } from '../src/db/database.ts';
import { migrate } from '../src/db/migrate.ts';
import { createOrganization } from '../src/identity/create-organization.ts';
import { createKey } from '../src/keys/create-key.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../src/postgres/embedded.ts';
import { startApiProcess, type ApiProcess } from './support/api-process.ts';
import { checkTrail } from './support/check-trail.ts';
import { administer } from './support/test-cluster.ts';

const kills = Number(process.env['AUDIT_TORTURE_KILLS'] ?? 10);
const basePort = 20_000 + (process.pid % 10_000);

let folder: string;
let postgres: EmbeddedPostgres;
let db: Database;
let dataFolder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'audit-crash-'));
  postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'database') });
  await migrate(postgres.ownerUrl);
  dataFolder = await administer(postgres.ownerUrl, async (client) => {
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    return rows[0]?.data_directory ?? '';
  });
  db = openDatabase({ url: postgres.ownerUrl, role: 'audit_api' });
});

afterAll(async () => {
  await db.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** An organisation of its own with a client that never gives up. */
async function emitter(url: string) {
  const { id: organizationId } = await createOrganization(db, { name: `Crash ${Date.now()}` });
  const { secret } = await createKey(
    db,
    { name: 'crash', scopes: ['emit'], organizationIds: [organizationId] },
    Date.now(),
  );
  return { organizationId, client: new AuditClient({ url, apiKey: secret, onError: () => {} }) };
}

/** Emits without pause until told to stop; answers every acknowledgement. */
function emitUntil(client: AuditClient, stopped: () => boolean) {
  const acknowledgements: Promise<{ id: string; seq: number }>[] = [];
  let open = 0;
  const settled = () => void (open -= 1);
  const running = (async () => {
    for (let count = 0; !stopped(); count += 1) {
      open += 1;
      const acknowledgement = client.emit('user.create_api', {
        actor: { type: 'user', id: `u${count % 7}`, email: `u${count % 7}@exciting.soda` },
        targets: [{ type: 'api', id: String(count) }],
        details: { apiName: 'Llama Store', apiId: count },
      });
      acknowledgement.then(settled, settled);
      acknowledgements.push(acknowledgement);
      // Enough to be always writing, and to be through with soon after the last kill.
      do await pause(2);
      while (open > 500);
    }
  })();
  return { running, acknowledgements };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Between 20 and 220 ms into the writing, drawn anew each time. */
const randomMoment = () => pause(20 + Math.random() * 200);

async function checkAcknowledged(
  organizationId: string,
  acknowledgements: readonly Promise<{ id: string; seq: number }>[],
): Promise<void> {
  const acknowledged = await Promise.all(acknowledgements);
  const { ids, size } = await checkTrail(db.pool, organizationId);
  for (const { id, seq } of acknowledged) expect(ids[seq]).toBe(id);
  expect(size).toBe(acknowledged.length);
  expect(new Set(ids).size).toBe(size);
}

describe('an acknowledged event is there once, and none twice', () => {
  test(`the API killed ${kills} times while writing`, { timeout: 240_000 }, async () => {
    const options = {
      databaseUrl: postgres.ownerUrl,
      dataDir: join(folder, 'api'),
      port: basePort,
    };
    let api = await startApiProcess(options);
    const { organizationId, client } = await emitter(api.url);
    let stopped = false;
    const { running, acknowledgements } = emitUntil(client, () => stopped);
    for (let kill = 0; kill < kills; kill += 1) {
      await randomMoment();
      await api.kill();
      api = await startApiProcess(options);
    }
    stopped = true;
    await running;
    await client.close({ timeoutMs: 60_000 });
    await checkAcknowledged(organizationId, acknowledgements);
    await signedWholly(organizationId);
    await api.stop();
  });

  test(`Postgres killed ${kills} times while writing`, { timeout: 240_000 }, async () => {
    const api: ApiProcess = await startApiProcess({
      databaseUrl: postgres.ownerUrl,
      dataDir: join(folder, 'api'),
      port: basePort + 1,
    });
    const { organizationId, client } = await emitter(api.url);
    let stopped = false;
    const { running, acknowledgements } = emitUntil(client, () => stopped);
    for (let kill = 0; kill < kills; kill += 1) {
      await randomMoment();
      const killed = postmasterPid();
      process.kill(killed, 'SIGKILL');
      await startedAgain(killed);
    }
    stopped = true;
    await running;
    await client.close({ timeoutMs: 60_000 });
    await checkAcknowledged(organizationId, acknowledgements);
    await signedWholly(organizationId);
    await api.stop();
  });

  test('the API stopped in a write finishes what it accepted', { timeout: 60_000 }, async () => {
    const options = {
      databaseUrl: postgres.ownerUrl,
      dataDir: join(folder, 'api'),
      port: basePort + 2,
    };
    const api = await startApiProcess(options);
    const { organizationId, client } = await emitter(api.url);
    let stopped = false;
    const { running, acknowledgements } = emitUntil(client, () => stopped);
    await randomMoment();
    await api.stop();
    const again = await startApiProcess(options);
    stopped = true;
    await running;
    await client.close({ timeoutMs: 60_000 });
    await checkAcknowledged(organizationId, acknowledgements);
    await again.stop();
  });
});

const postmasterPid = () =>
  Number(readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n')[0]);

/** The supervisor starts the server again, which recovers from its write-ahead log. Old connections may answer on. */
async function startedAgain(killed: number): Promise<void> {
  for (;;) {
    try {
      if (postmasterPid() !== killed) {
        await administer(postgres.ownerUrl, (client) => client.query('select 1'));
        return;
      }
    } catch {
      // Not there yet.
    }
    await pause(50);
  }
}

/** The signer, too, came through: its checkpoint covers every event. */
async function signedWholly(organizationId: string): Promise<void> {
  await expect
    .poll(
      async () => {
        const { rows } = await db.pool.query<{ behind: number }>(
          'select size - signed_size as behind from log_heads where organization_id = $1',
          [organizationId],
        );
        return rows[0]?.behind;
      },
      { timeout: 30_000 },
    )
    .toBe(0);
}
