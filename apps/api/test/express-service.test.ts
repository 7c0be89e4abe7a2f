/** Another team's server: its requests do not depend on the trail, and all its events arrive. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '@examples/express-service';
import type { TrailEvent } from '@liblab/audit-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type Database } from '../src/db/database.ts';
import { createOrganization } from '../src/portal/identity/create-organization.ts';
import { createKey } from '../src/portal/keys/create-key.ts';
import { startApiProcess, type ApiProcess } from './support/api-process.ts';
import { createIngestClient } from './support/ingest-client.ts';
import { freePort } from './support/free-port.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

const folder = mkdtempSync(join(tmpdir(), 'audit-express-'));
const unsentFile = join(folder, 'unsent.jsonl');
let database: TestDatabase;
let db: Database;
let apiPort: number;
let apiKey: string;
let api: ApiProcess;
let service: Awaited<ReturnType<typeof startService>>;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.apiUrl });
  apiPort = await freePort();
  const { id } = await createOrganization({ db, clock: Date.now }, null, { name: 'Webhooks' });
  const scopes = ['emit', 'read'] as const;
  const key = { name: 'webhooks', scopes: [...scopes], organizationIds: [id] };
  apiKey = (await createKey({ db, clock: Date.now }, null, key)).secret;
  api = await startApi();
  service = await startService();
});

afterAll(async () => {
  service.child.kill('SIGKILL');
  await api.kill();
  await db.close();
  await database[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const startApi = () =>
  startApiProcess({
    databaseUrl: database.ownerUrl,
    dataDir: folder,
    port: apiPort,
    env: { AUDIT_CATALOGUE: '@examples/express-service' },
  });

async function startService() {
  const port = await freePort();
  const main = join(import.meta.dirname, '../../../examples/express-service/src/main.ts');
  const child = spawn(process.execPath, ['--conditions=@liblab/source', main], {
    env: {
      PORT: String(port),
      AUDIT_URL: `http://127.0.0.1:${apiPort}`,
      AUDIT_API_KEY: apiKey,
      UNSENT_FILE: unsentFile,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  await once(child.stdout, 'data');
  return {
    child,
    said: () => said,
    send: (method: 'POST' | 'DELETE', path: string, headers: Record<string, string> = {}) =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...ada, ...headers },
        ...(method === 'POST' ? { body: '{"url":"https://hooks.exciting.soda/secret"}' } : {}),
      }),
    /** @returns the exit code */
    async stop(): Promise<number | null> {
      child.kill('SIGTERM');
      const [code] = (await once(child, 'exit')) as [number | null];
      return code;
    },
  };
}

const ada = {
  'x-user-id': '1190',
  'x-user-email': 'ada@exciting.soda',
  'x-user-name': 'Ada Okafor',
  'x-user-role': 'admin',
  'x-forwarded-for': '192.0.2.7',
};

/** @returns the new webhook's id */
async function addWebhook(headers: Record<string, string> = {}): Promise<string> {
  const answer = await service.send('POST', '/webhooks', headers);
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

/** The events of one webhook, oldest first. */
async function eventsOf(id: string): Promise<TrailEvent[]> {
  const events = await createIngestClient(api.url, apiKey).readAll();
  return [...events.values()]
    .filter(({ targets }) => targets[0]?.id === id)
    .toSorted((a, b) => a.seq - b.seq);
}

test('an act is recorded with its actor, its origin and its correlation id', async () => {
  const id = await addWebhook({ 'x-correlation-id': 'order-66' });
  const removal = await service.send('DELETE', `/webhooks/${id}`);
  expect(removal.status).toBe(204);
  await expect.poll(() => eventsOf(id)).toHaveLength(2);
  const [added, removed] = await eventsOf(id);
  expect(added).toMatchObject({
    type: 'webhook.add',
    outcome: 'success',
    actor: { type: 'user', id: '1190', email: 'ada@exciting.soda', name: 'Ada Okafor' },
    context: { ip: '192.0.2.7', correlationId: 'order-66', service: 'webhooks' },
    details: { host: 'hooks.exciting.soda' },
  });
  expect(removed).toMatchObject({
    type: 'webhook.remove',
    context: { correlationId: removal.headers.get('x-correlation-id') },
  });
  expect(catalogue.latest('webhook.add')?.title).toBe('Webhook Added');
});

test('a denied act is recorded and has no effect', async () => {
  const id = await addWebhook();
  const refused = await service.send('DELETE', `/webhooks/${id}`, { 'x-user-role': 'member' });
  expect(refused.status).toBe(403);
  await expect.poll(() => eventsOf(id)).toHaveLength(2);
  expect((await eventsOf(id))[1]).toMatchObject({
    type: 'webhook.remove',
    outcome: 'denied',
    reason: 'Only admins may change webhooks.',
  });
  expect((await service.send('DELETE', `/webhooks/${id}`)).status).toBe(204);
});

test('requests are served while the trail is unreachable, and their events arrive afterwards', async () => {
  await api.kill();
  const ids = await Promise.all(Array.from({ length: 20 }, () => addWebhook()));
  api = await startApi();
  for (const id of ids) {
    await expect.poll(() => eventsOf(id)).toHaveLength(1);
  }
  expect(service.said()).toBe('');
});

test('stopped while the trail is unreachable, it keeps unsent events and sends them at its next start', async () => {
  await api.kill();
  const ids = await Promise.all([addWebhook(), addWebhook(), addWebhook()]);
  expect(await service.stop()).toBe(0);
  // Stopped again before it could send them: they are still in the file.
  service = await startService();
  expect(await service.stop()).toBe(0);
  service = await startService();
  ids.push(await addWebhook());
  api = await startApi();
  for (const id of ids) {
    await expect.poll(() => eventsOf(id)).toHaveLength(1);
  }
  expect(await service.stop()).toBe(0);
  expect(existsSync(unsentFile)).toBe(false);
});
