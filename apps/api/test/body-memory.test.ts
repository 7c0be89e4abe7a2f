/** Bodies that are small on the wire and large in memory do not increase the memory of the process. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { residentBytes, startApiProcess, type ApiProcess } from './support/api-process.ts';
import { createIngestClient, type IngestClient } from './support/ingest-client.ts';
import { apiEvent } from './support/emit.ts';
import { freePort } from './support/free-port.ts';
import { startTestTrail, type TestTrail } from './support/test-trail.ts';

const MiB = 2 ** 20;

let trail: TestTrail;
let folder: string;
let api: ApiProcess;
let ingest: IngestClient;
beforeAll(async () => {
  trail = await startTestTrail();
  const { headers } = await trail.organization();
  folder = mkdtempSync(join(tmpdir(), 'audit-swell-'));
  api = await startApiProcess({
    databaseUrl: trail.database.apiUrl,
    dataDir: folder,
    port: await freePort(),
  });
  ingest = createIngestClient(api.url, headers.authorization.slice('Bearer '.length));
  await expectServing();
});
afterAll(async () => {
  await api.stop();
  rmSync(folder, { recursive: true });
  await trail[Symbol.asyncDispose]();
});

async function expectServing(): Promise<void> {
  const results = await ingest.emit([apiEvent()]);
  expect(results.map(({ status }) => status)).toEqual(['recorded']);
}

/** Sends the body eight times concurrently: all are rejected, other requests are served, and memory does not grow. */
async function expectBounded(body: Uint8Array, headers: Record<string, string>): Promise<void> {
  const before = await residentBytes(api.url);
  let most = before;
  let isOver = false;
  const statuses = Promise.all(
    Array.from({ length: 8 }, async () => {
      const answer = await ingest.send(body, headers);
      await answer.arrayBuffer();
      return answer.status;
    }),
  ).finally(() => (isOver = true));
  while (!isOver) {
    most = Math.max(most, await residentBytes(api.url));
    await expectServing();
  }
  expect(new Set(await statuses)).toEqual(new Set([413]));
  expect((most - before) / MiB).toBeLessThan(128);
}

const gzip = { 'content-encoding': 'gzip' };

test('20 MiB without compression', async () => {
  await expectBounded(Buffer.alloc(20 * MiB, ' '), {});
});

test('1 GiB of zeros in a gzip with many members', async () => {
  const member = gzipSync(Buffer.alloc(64 * MiB));
  const bomb = Buffer.concat(Array.from({ length: 16 }, () => member));
  expect(bomb.length).toBeLessThan(2 * MiB);
  await expectBounded(bomb, gzip);
});

test('128 MiB of spaces in one member, before the events', async () => {
  await expectBounded(gzipSync(Buffer.alloc(128 * MiB, ' ')), gzip);
});
