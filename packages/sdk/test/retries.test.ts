import * as net from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { createClient, createdApi } from './support/events.ts';
import { hang, respond, startServer } from './support/test-server.ts';

const rejections = [
  [400, 'RequestError'],
  [401, 'AuthenticationError'],
  [403, 'PermissionError'],
  [404, 'RequestError'],
  [415, 'RequestError'],
] as const;

test.each(rejections)(
  '%i is final: one attempt, then %s with the request id',
  async (status, name) => {
    const body = { error: { code: 'x_code', message: 'No. Do this instead.' } };
    await using server = await startServer(respond(status, body));
    await using client = createClient(server.url);
    await expect(client.audit.emit('user.create_api', createdApi(1))).rejects.toMatchObject({
      name,
      status,
      code: 'x_code',
      message: 'No. Do this instead.',
      requestId: 'req-7',
    });
    expect(server.received).toHaveLength(1);
    expect(client.failures).toHaveLength(1);
  },
);

const transient = [
  ['RateLimitError', respond(429, '')],
  ['ServerError', respond(500, '')],
  ['ServerError', respond(503, '')],
  ['TimeoutError', respond(408, '')],
  ['TimeoutError', hang],
  ['InvalidResponseError', respond(200, 'welcome to the hotel')],
  ['InvalidResponseError', respond(200, { results: [] })],
] as const;

test.each(transient)(
  'retries stop at the give-up time with the last error: %s',
  async (name, behaviour) => {
    await using server = await startServer(...Array.from({ length: 2_000 }, () => behaviour));
    await using client = createClient(server.url, {
      giveUpAfterMs: 300,
      // Only for hang: on a slow machine it would turn the other responses into timeouts.
      ...(behaviour === hang ? { attemptTimeoutMs: 60 } : {}),
    });
    const start = performance.now();
    await expect(client.audit.emit('user.create_api', createdApi(1))).rejects.toMatchObject({
      name,
    });
    expect(performance.now() - start).toBeGreaterThanOrEqual(295);
    expect(server.received.length).toBeGreaterThan(1);
    const ids = new Set(server.received.flatMap(({ events }) => events.map(({ id }) => id)));
    expect(ids.size).toBe(1);
  },
);

test('a refused connection is a ConnectionError with its cause', async () => {
  const closed = net.createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as net.AddressInfo;
  closed.close();
  await using client = createClient(`http://127.0.0.1:${port}`, { giveUpAfterMs: 50 });
  await expect(client.audit.emit('user.create_api', createdApi(1))).rejects.toMatchObject({
    name: 'ConnectionError',
    cause: { code: 'ECONNREFUSED' },
  });
});

test('events still waiting for a request expire too', async () => {
  await using server = await startServer(hang, hang);
  await using client = createClient(server.url, {
    inFlightMax: 1,
    batchEventsMax: 1,
    giveUpAfterMs: 100,
  });
  const emitted = [1, 2].map((n) => client.audit.emit('user.create_api', createdApi(n)));
  const settled = await Promise.allSettled(emitted);
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(client.failures.map(({ name }) => name)).toEqual(['TimeoutError', 'TimeoutError']);
});

test('Retry-After in seconds pauses every request of the client', async () => {
  await using server = await startServer(respond(429, '', { 'retry-after': '1' }));
  await using client = createClient(server.url);
  const first = client.audit.emit('user.create_api', createdApi(1));
  await expect.poll(() => server.received.length).toBe(1);
  await Promise.all([first, client.audit.emit('user.create_api', createdApi(2))]);
  const [limited, ...later] = server.received.map(({ at }) => at);
  for (const at of later) expect(at - (limited ?? 0)).toBeGreaterThanOrEqual(990);
});

test('Retry-After as an HTTP date is obeyed', async () => {
  // HTTP dates have whole seconds, so two seconds ahead are at least one.
  await using server = await startServer((exchange) =>
    respond(503, '', { 'retry-after': new Date(Date.now() + 2_000).toUTCString() })(exchange),
  );
  await using client = createClient(server.url);
  await client.audit.emit('user.create_api', createdApi(1));
  const [first, second] = server.received.map(({ at }) => at);
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(950);
});

test('a Retry-After beyond the give-up time rejects the event and ends with it', async () => {
  await using server = await startServer(respond(429, '', { 'retry-after': '31536000' }));
  await using client = createClient(server.url, { giveUpAfterMs: 200 });
  await expect(client.audit.emit('user.create_api', createdApi(1))).rejects.toMatchObject({
    name: 'RateLimitError',
    retryAfterMs: 31_536_000_000,
  });
  await client.audit.emit('user.create_api', createdApi(2));
});

test('an event that expires during a slow onError causes no warning from Node', async () => {
  const warnings: string[] = [];
  const note = ({ name }: Error) => void warnings.push(name);
  process.on('warning', note);
  await using server = await startServer(respond(503, '', { 'retry-after': '10' }));
  await using client = createClient(server.url, {
    giveUpAfterMs: 100,
    onError: () => busy(60),
  });
  // Both are in one request, and the second expires while the first is reported.
  const first = client.audit.emit('user.create_api', createdApi(1));
  busy(20);
  const second = client.audit.emit('user.create_api', createdApi(2));
  await expect(first).rejects.toMatchObject({ name: 'ServerError' });
  await expect(second).rejects.toMatchObject({ name: 'ServerError' });
  await new Promise(setImmediate);
  process.off('warning', note);
  expect(warnings).toEqual([]);
});

function busy(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until;);
}

test('a redirect is not followed, so the key is not sent elsewhere', async () => {
  await using elsewhere = await startServer();
  await using server = await startServer(
    respond(307, '', { location: `${elsewhere.url}/api/v1/events` }),
  );
  await using client = createClient(server.url);
  await expect(client.audit.emit('user.create_api', createdApi(1))).rejects.toMatchObject({
    name: 'RequestError',
    status: 307,
  });
  expect(elsewhere.received).toEqual([]);
  expect(server.received).toHaveLength(1);
});

test('an endless response is cut off and retried', async () => {
  await using server = await startServer(({ res }) => {
    res.writeHead(200);
    const pour = () => {
      while (!res.destroyed && res.write(' '.repeat(65_536)));
    };
    res.on('drain', pour);
    pour();
  });
  await using client = createClient(server.url);
  const { status } = await client.audit.emit('user.create_api', createdApi(1));
  expect(status).toBe('recorded');
});
