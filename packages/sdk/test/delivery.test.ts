import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AuditClient, InvalidEventError, PermissionError, stableId } from '../src/index.ts';
import { apiKey, createClient, createdApi } from './support/events.ts';
import {
  cutShort,
  honest,
  lying,
  resetRecorded,
  resetUnrecorded,
  respond,
  startServer,
  type Behaviour,
} from './support/test-server.ts';

test('an event is acknowledged with its position in the trail', async () => {
  await using server = await startServer();
  await using client = createClient(server.url, { service: 'cli', serviceVersion: '2.0.1' });
  const acknowledgement = await client.audit.emit('user.create_api', createdApi(1));
  expect(acknowledgement).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{14}7/) as string,
    status: 'recorded',
    seq: 0,
    leafHash: 'leaf-0',
    loggedAt: '2026-01-31T09:30:00.000Z',
  });
  const [request] = server.received;
  expect(request?.url).toBe('/api/v1/events');
  expect(request?.headers.authorization).toBe(`Bearer ${apiKey}`);
  expect(request?.events[0]).toMatchObject({
    id: acknowledgement.id,
    type: 'user.create_api',
    version: 1,
    context: { service: 'cli', serviceVersion: '2.0.1' },
  });
});

test('fields of an event take precedence over the defaults of the client', async () => {
  await using server = await startServer();
  const organizationId = randomUUID();
  await using audit = new AuditClient({
    url: `${server.url}/`,
    apiKey,
    organizationId,
    service: 'cli',
    actor: { type: 'system', id: 'nightly' },
  });
  const { actor, ...rest } = createdApi(1);
  const id = randomUUID().toUpperCase();
  const context = { service: 'bot', requestId: 'r' };
  await audit.emit('user.create_api', { ...rest, id, occurredAt: new Date(0), actor, context });
  await audit.emit('user.create_api', rest);
  const [own, byDefault] = [...server.recorded.values()].map(({ event }) => event);
  expect(own).toMatchObject({
    id: id.toLowerCase(),
    occurredAt: '1970-01-01T00:00:00.000Z',
    actor,
    context,
  });
  expect(byDefault).toMatchObject({
    organizationId,
    actor: { id: 'nightly' },
    context: { service: 'cli' },
  });
});

test('events emitted together share requests, in order, and are copied immediately', async () => {
  await using server = await startServer();
  await using client = createClient(server.url);
  const event = createdApi(0);
  const emitted = Array.from({ length: 1_200 }, (_, number) => {
    event.targets[0].id = String(number);
    return client.audit.emit('user.create_api', event);
  });
  const acknowledged = await Promise.all(emitted);
  expect(server.received.map(({ events }) => events.length)).toEqual([500, 500, 200]);
  const ids = [...server.recorded.values()].map((entry) => entry.event.targets[0]?.id);
  expect(ids).toEqual(Array.from({ length: 1_200 }, (_, number) => String(number)));
  expect(acknowledged.map(({ id }) => id)).toEqual(acknowledged.map(({ id }) => id).toSorted());
});

test('with one request at a time, events are recorded in order despite failures', async () => {
  await using server = await startServer(
    resetRecorded,
    lying((results) => results.slice(2)),
    respond(503, 'down'),
  );
  await using client = createClient(server.url, { inFlightMax: 1, batchEventsMax: 10 });
  await Promise.all(
    Array.from({ length: 50 }, (_, number) =>
      client.audit.emit('user.create_api', createdApi(number)),
    ),
  );
  const ids = [...server.recorded.values()].map((entry) => Number(entry.event.targets[0]?.id));
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  expect(ids).toHaveLength(50);
  expect(server.concurrencyMax).toBe(1);
});

test('full batches are sent concurrently, up to the limit', async () => {
  const waiting: (() => void)[] = [];
  const waitForThree: Behaviour = (exchange) => {
    waiting.push(() => honest(exchange));
    if (waiting.length === 3) waiting.forEach((release) => release());
  };
  await using server = await startServer(waitForThree, waitForThree, waitForThree);
  await using client = createClient(server.url, { inFlightMax: 3, batchEventsMax: 10 });
  await Promise.all(
    Array.from({ length: 60 }, (_, number) =>
      client.audit.emit('user.create_api', createdApi(number)),
    ),
  );
  expect(server.concurrencyMax).toBe(3);
});

test('an event does not wait for a hanging request', async () => {
  await using server = await startServer(() => {});
  await using client = createClient(server.url);
  const stuck = client.audit.emit('user.create_api', createdApi(1));
  await expect.poll(() => server.received.length).toBe(1);
  await client.audit.emit('user.create_api', createdApi(2));
  await expect(client.audit.close({ timeoutMs: 1 })).rejects.toThrow('1 event not');
  await expect(stuck).rejects.toThrow('The client was closed');
});

test('a batch stays within its byte limit', async () => {
  await using server = await startServer();
  await using client = createClient(server.url, { batchBytesMax: 70_000 });
  const long = { ...createdApi(1), reason: 'ü'.repeat(2_000) };
  await Promise.all(Array.from({ length: 60 }, () => client.audit.emit('user.create_api', long)));
  expect(server.received.length).toBeGreaterThan(3);
  for (const { bytes } of server.received) expect(bytes).toBeLessThanOrEqual(70_000);
});

test('with gzip, only requests large enough to benefit are compressed', async () => {
  await using server = await startServer();
  await using client = createClient(server.url, { gzip: true });
  await client.audit.emit('user.create_api', createdApi(1));
  const event = { ...createdApi(2), reason: 'because '.repeat(200) };
  await client.audit.emit('user.create_api', event);
  const [small, large] = server.received;
  expect(small?.headers['content-encoding']).toBeUndefined();
  expect(large?.headers['content-encoding']).toBe('gzip');
  expect(Number(large?.headers['content-length'])).toBeLessThan((large?.bytes ?? 0) / 2);
});

test('one invalid event does not affect the others in its batch', async () => {
  const error = { code: 'id_reused', path: '$.events[1].id', message: 'was used before' };
  const forbidden = { code: 'type_not_allowed', path: '$.events[2].type', message: 'not this' };
  await using server = await startServer(
    lying((results) => [
      results[0],
      { id: results[1]?.id, status: 'rejected', error },
      { id: results[2]?.id, status: 'rejected', error: forbidden },
      results[3],
    ]),
  );
  await using client = createClient(server.url);
  const settled = await Promise.allSettled(
    [0, 1, 2, 3].map((number) => client.audit.emit('user.create_api', createdApi(number))),
  );
  expect(settled.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'rejected',
    'fulfilled',
  ]);
  const [, reused, denied] = settled.map((each) => (each as { reason?: unknown }).reason);
  expect(reused).toBeInstanceOf(InvalidEventError);
  expect(reused).toMatchObject({ code: 'id_reused', path: '$.id', requestId: 'req-7' });
  expect(denied).toBeInstanceOf(PermissionError);
  expect(client.failures.map(({ name }) => name)).toEqual(['InvalidEventError', 'PermissionError']);
});

test('an id emitted twice is acknowledged twice and recorded once', async () => {
  await using server = await startServer();
  await using client = createClient(server.url);
  const event = {
    ...createdApi(1),
    id: stableId('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'x'),
    occurredAt: new Date(),
  };
  const [first, second] = await Promise.all([
    client.audit.emit('user.create_api', event),
    client.audit.emit('user.create_api', event),
  ]);
  expect([first.status, second.status]).toEqual(['recorded', 'duplicate']);
  expect(second.seq).toBe(first.seq);
});

/** Some record the events and some do not; most responses do not tell which. */
const faults: Record<string, Behaviour> = {
  resetUnrecorded,
  resetRecorded,
  cutShort,
  unavailable: respond(
    503,
    { error: { code: 'unavailable', message: 'later' } },
    { 'retry-after': '0' },
  ),
  broken: respond(500, '<h1>oops</h1>'),
  timeout: respond(408, ''),
  limited: respond(429, { error: { code: 'rate_limited', message: 'slow down' } }),
  html: respond(200, '<html>captive portal</html>'),
  empty: respond(200, ''),
  nothing: respond(200, 'null'),
  noResults: lying(() => []),
  tooFew: lying((results) => results.slice(1)),
  reversed: lying((results) => results.toReversed()),
  strangers: lying((results) => results.map((result) => ({ ...result, id: randomUUID() }))),
  noIds: lying((results) => results.map((result) => ({ ...result, id: null }))),
  noProof: lying((results) => results.map(({ id, status }) => ({ id, status }))),
  garbage: lying((results) => results.map(() => 7)),
  tooMany: lying((results) => [...results, ...results, { id: 'x', status: 'recorded' }]),
  transient: lying((results) =>
    results.map(({ id }) => ({
      id,
      status: 'rejected',
      error: { code: 'unavailable', message: 'later' },
    })),
  ),
};

test('under any sequence of faults, each event is acknowledged once and recorded once under one id', async () => {
  const fault = fc.constantFrom(...Object.keys(faults));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fault, { maxLength: 12 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 30 }),
      async (script, inFlightMax, batchEventsMax) => {
        await using server = await startServer(...script.map((name) => faults[name] as Behaviour));
        await using client = createClient(server.url, { inFlightMax, batchEventsMax });
        let settlements = 0;
        const acknowledged = await Promise.all(
          Array.from({ length: 60 }, async (_, number) => {
            const emitted = client.audit.emit('user.create_api', createdApi(number));
            const { id } = await emitted.finally(() => (settlements += 1));
            return { id, number };
          }),
        );
        expect(settlements).toBe(60);
        expect(client.failures).toEqual([]);
        expect(server.recorded.size).toBe(60);
        for (const { id, number } of acknowledged) {
          expect(server.recorded.get(id)?.event.targets[0]?.id).toBe(String(number));
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('a batch that is too large is halved until it fits; a single event is rejected', async () => {
  const upTo2: Behaviour = (exchange) =>
    exchange.events.length > 2 ? respond(413, '')(exchange) : honest(exchange);
  await using server = await startServer(...Array.from({ length: 20 }, () => upTo2));
  await using client = createClient(server.url);
  const emitted = Array.from({ length: 9 }, (_, number) =>
    client.audit.emit('user.create_api', createdApi(number)),
  );
  await Promise.all(emitted);
  const ids = [...server.recorded.values()].map((entry) => Number(entry.event.targets[0]?.id));
  expect(ids).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  server.script = [respond(413, '')];
  await expect(client.audit.emit('user.create_api', createdApi(9))).rejects.toMatchObject({
    name: 'InvalidEventError',
    status: 413,
  });
});

test('the values of redacted changes leave the process neither in a request nor through onError', async () => {
  await using server = await startServer();
  const failed: unknown[] = [];
  await using client = createClient(server.url, { onError: (_, event) => failed.push(event) });
  const change = { path: 'password', before: 'hunter2', after: 'x', redacted: true };
  const event = { ...createdApi(1), changes: [change] };
  const { id } = await client.audit.emit('user.create_api', event);
  const wrong = { ...event, details: { apiName: '', apiId: 1 } };
  await expect(client.audit.emit('user.create_api', wrong)).rejects.toThrow('$.details.apiName');
  const dropped = [{ path: 'password', redacted: true }];
  expect(server.recorded.get(id)?.event.changes).toEqual(dropped);
  expect(failed).toMatchObject([{ changes: dropped }]);
  expect(change.before).toBe('hunter2');
});
