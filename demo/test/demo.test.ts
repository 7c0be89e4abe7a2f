import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDemo } from '../src/create-demo.ts';
import { checkTrail } from '@liblab/audit-api/test-support/check-trail';
import { startTestApp, type TestApp } from '@liblab/audit-api/test-support/test-app';
import {
  createTestDatabase,
  type TestDatabase,
} from '@liblab/audit-api/test-support/test-database';

let database: TestDatabase;
let app: TestApp;
let dataDir: string;

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = mkdtempSync(join(tmpdir(), 'audit-demo-'));
  app = await startTestApp(database, { DATA_DIR: dataDir });
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true });
});

it('an interrupted demo continues where it stopped, and is created once', async () => {
  const keyFile = join(dataDir, 'demo-key');
  // This address does not exist, so the last hour fails, as if the process had been killed before it.
  await expect(createDemo(app.services, `${app.url}/nowhere`)).rejects.toThrow();
  expect(existsSync(keyFile)).toBe(false);
  const { organizationId } = await createDemo(app.services, app.url);
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  // The acts of the last hour are being relayed.
  await expect
    .poll(async () => (await app.services.db.pool.query('select from outbox')).rows.length, {
      timeout: 10_000,
    })
    .toBe(0);
  const { size, ids } = await checkTrail(app.services.db.pool, organizationId);
  expect(size).toBeGreaterThan(900);
  expect(new Set(ids).size).toBe(size);

  await createDemo(app.services, app.url);
  expect((await checkTrail(app.services.db.pool, organizationId)).size).toBe(size);
  const { rows: users } = await app.services.db.pool.query('select email from users');
  expect(users).toHaveLength(20);
});

it('the key may do everything in the demo’s organisation, and nothing in the other', async () => {
  const headers = {
    authorization: `Bearer ${readFileSync(join(dataDir, 'demo-key'), 'utf8').trim()}`,
  };
  expect((await app.call('query', 'events.count', {}, headers)).status).toBe(200);
  const other = { organizationId: '0199a000-5eed-7000-8000-000000000002' };
  expect((await app.call('query', 'events.count', other, headers)).status).toBe(404);
});
