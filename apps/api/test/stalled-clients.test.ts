/** Clients that send or read too slowly are disconnected at the server's limit, while others are served. */

import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpServer } from '../src/app/server.ts';
import { createIngestClient, type IngestClient } from './support/ingest-client.ts';
import { apiEvent } from './support/emit.ts';
import { startTestTrail, type TestOrganization, type TestTrail } from './support/test-trail.ts';

let trail: TestTrail;
let organization: TestOrganization;
let server: Server;
let port: number;
let ingest: IngestClient;
beforeAll(async () => {
  trail = await startTestTrail();
  organization = await trail.organization();
  server = createHttpServer(trail.app.services, {
    headersMs: 1_000,
    requestMs: 1_500,
    idleMs: 1_500,
    silentMs: 1_500,
    checkMs: 50,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
  const key = organization.headers.authorization.slice('Bearer '.length);
  ingest = createIngestClient(`http://127.0.0.1:${port}`, key);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await trail[Symbol.asyncDispose]();
});

/** Sends a text, then one byte every 20 ms until it is disconnected. Resolves with the response so far. */
function trickle(text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answered = '';
  socket.on('data', (bytes) => (answered += bytes.toString()));
  const timer = setInterval(() => socket.write(' '), 20);
  socket.write(text);
  return closing(socket).then(() => {
    clearInterval(timer);
    return answered;
  });
}

/** Resolves when the connection has ended, for any reason. */
function closing(socket: Socket): Promise<void> {
  socket.on('error', () => {});
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

function head(line: string, headers: Record<string, string>): string {
  const all = { host: 'localhost', ...organization.headers, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [line, ...lines, '', ''].join('\r\n');
}

/** Emits events until the promise resolves; every event must be recorded. */
async function serveUntil(happened: Promise<unknown>): Promise<number> {
  let isOver = false;
  void happened.then(() => (isOver = true));
  let served = 0;
  while (!isOver) {
    const [result] = await ingest.emit([apiEvent()]);
    expect(result?.status).toBe('recorded');
    served += 1;
  }
  return served;
}

const json = { 'content-type': 'application/json', 'content-length': '100000' };

test('a client that sends byte by byte is disconnected: headers, events, gzip, credentials, a mutation', async () => {
  const texts = [
    'POST /api/v1/events HTTP/1.1\r\nhost: localhost\r\nx-slow: ',
    `${head('POST /api/v1/events HTTP/1.1', json)}{"events":[`,
    `${head('POST /api/v1/events HTTP/1.1', { ...json, 'content-encoding': 'gzip' })}\x1f`,
    `${head('POST /api/auth/sign-in/email HTTP/1.1', json)}{`,
    `${head('POST /trpc/keys.create HTTP/1.1', json)}{`,
  ];
  const cut = Promise.all(Array.from({ length: 50 }, (_, n) => trickle(texts[n % 5] as string)));
  expect(await serveUntil(cut)).toBeGreaterThan(1);
  // Unread data resets the connection and may discard the response.
  for (const answer of await cut) expect(answer).toMatch(/^(HTTP\/1\.1 408 |$)/);
});

test('a client that reads nothing of a long response is disconnected', async () => {
  await organization.emit(
    Array.from({ length: 200 }, () => ({
      type: 'acme.large',
      details: { text: 'x'.repeat(60_000) },
    })),
  );
  const input = encodeURIComponent(JSON.stringify({ types: ['acme.large'], limit: 200 }));
  const socket = connect(port, '127.0.0.1');
  socket.pause();
  socket.write(head(`GET /trpc/events.list?input=${input} HTTP/1.1`, {}));
  const [connection] = (await once(server, 'connection')) as [Socket];
  expect(await serveUntil(closing(connection))).toBeGreaterThan(1);
  let taken = 0;
  socket.on('data', (bytes) => (taken += bytes.length));
  await closing(socket.resume());
  expect(taken).toBeLessThan(12_000_000);
});

test('none of this is logged as a failure of the service', () => {
  expect(
    trail.app.logged.filter((line) => (JSON.parse(line) as { level: number }).level >= 50),
  ).toEqual([]);
});
