import { inspect } from 'node:util';
import { expect, test, vi } from 'vitest';
import {
  AuditClient,
  AuditError,
  defineCatalogue,
  InvalidEventError,
  QueueFullError,
} from '../src/index.ts';
import { apiKey, createClient, createdApi } from './support/events.ts';
import { hang, respond, startServer } from './support/test-server.ts';

test('a queue full of events rejects new ones and keeps the accepted ones', async () => {
  await using server = await startServer();
  await using client = createClient(server.url, { queueEventsMax: 100 });
  const emitted = Array.from({ length: 150 }, (_, number) =>
    client.audit.emit('user.create_api', createdApi(number)),
  );
  await expect(emitted[100]).rejects.toBeInstanceOf(QueueFullError);
  const settled = await Promise.allSettled(emitted);
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(100);
  expect(client.failures).toHaveLength(50);
  const ids = [...server.recorded.values()].map((entry) => Number(entry.event.targets[0]?.id));
  expect(ids).toEqual(Array.from({ length: 100 }, (_, number) => number));
  // The queue has room again.
  await client.audit.emit('user.create_api', createdApi(151));
});

test('the byte limit of the queue includes events in flight', async () => {
  await using server = await startServer(hang);
  await using client = createClient(server.url, { queueBytesMax: 5_000 });
  const long = { ...createdApi(1), reason: 'x'.repeat(2_000) };
  for (let n = 0; n < 2; n += 1) void client.audit.emit('user.create_api', long);
  await expect.poll(() => server.received.length).toBe(1);
  await expect(client.audit.emit('user.create_api', long)).rejects.toThrow('limit is');
  await client.audit.close({ timeoutMs: 1 }).catch(() => {});
});

test('an invalid payload is rejected with its path before it is sent', async () => {
  await using server = await startServer();
  await using client = createClient(server.url);
  const emit = client.audit.emit.bind(client.audit) as (
    type: string,
    event: unknown,
  ) => Promise<unknown>;
  const event = createdApi(1);
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  const wrong: [string, unknown, string][] = [
    ['user.create_api', { ...event, details: { apiName: 7, apiId: 1 } }, '$.details.apiName'],
    ['user.create_api', { ...event, details: { apiName: 'a', apiId: 1, x: 1 } }, '$.details.x'],
    ['user.create_api', { ...event, actor: undefined }, '$.actor'],
    ['user.create_api', { ...event, id: 7 }, '$.id'],
    ['user.create_api', { ...event, occurredAt: 'noon' }, '$.occurredAt'],
    ['user.create_api', { ...event, occurredAt: new Date(Number.NaN) }, '$'],
    ['user.create_api', { ...event, reason: 'a\0b' }, '$.reason'],
    ['user.create_api', undefined, '$'],
    ['user.create_api', null, '$'],
    ['user.create_api', { ...event, changes: [{ path: 'a', after: 7n }] }, '$'],
    ['user.create_api', { ...event, changes: [{ path: 'a', after: 'x'.repeat(70_000) }] }, '$'],
    ['user.misspelt', event, '$.type'],
    ['user.create_api', { ...event, version: 99 }, '$.type'],
  ];
  for (const [type, payload, path] of wrong) {
    const error: unknown = await emit(type, payload).catch((err: unknown) => err);
    expect(error).toBeInstanceOf(InvalidEventError);
    expect(error).toMatchObject({ path, message: expect.stringContaining(path) as string });
  }
  const nested = emit('user.create_api', {
    ...event,
    changes: [{ path: 'a', after: circular }],
  });
  await expect(nested).rejects.toThrow('nested deeper');
  const trap = Object.defineProperty({}, 'actor', {
    enumerable: true,
    get() {
      throw new Error('trap');
    },
  });
  await expect(emit('user.create_api', trap)).rejects.toBeInstanceOf(AuditError);
  expect(client.failures).toHaveLength(wrong.length + 2);
  expect(server.received).toEqual([]);
});

test('an onError that throws or rejects does not affect the caller', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  await using server = await startServer();
  for (const onError of [
    () => {
      throw new Error('mine');
    },
    () => Promise.reject(new Error('mine')) as unknown as void,
  ]) {
    await using audit = new AuditClient({
      url: server.url,
      apiKey,
      onError,
      catalogue: defineCatalogue([]),
    });
    const emit = audit.emit.bind(audit) as (type: string, event: unknown) => Promise<unknown>;
    await expect(emit('user.build', {})).rejects.toBeInstanceOf(InvalidEventError);
  }
  expect(warn).toHaveBeenCalledTimes(2);
  warn.mockRestore();
});

test('the default onError warns once per error class and names the event', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  await using server = await startServer(respond(401, ''));
  await using audit = new AuditClient({ url: server.url, apiKey });
  await Promise.allSettled([1, 2, 3].map((n) => audit.emit('user.create_api', createdApi(n))));
  expect(warn).toHaveBeenCalledTimes(1);
  expect(warn.mock.calls[0]?.[0]).toMatch(
    /^\[audit\] user\.create_api [0-9a-f-]{36} was not recorded: AuthenticationError: .* \[request req-7\]$/,
  );
  warn.mockRestore();
});

test('the key never appears in the client, its errors or text echoed by a server', async () => {
  const echo = { error: { code: apiKey, message: `bad key ${apiKey}` } };
  await using server = await startServer(
    respond(401, echo),
    respond(500, echo),
    respond(200, { results: [] }),
    hang,
  );
  const printed: unknown[] = [];
  await using audit = new AuditClient({
    url: server.url,
    apiKey,
    giveUpAfterMs: 100,
    retryDelayMaxMs: 1,
    onError: (error, event) => printed.push(error, event),
  });
  for (let n = 0; n < 2; n += 1) {
    await audit.emit('user.create_api', createdApi(1)).catch((err: unknown) => printed.push(err));
  }
  printed.push(audit);
  try {
    void new AuditClient({ url: 'http://example.com', apiKey: `${apiKey} ` });
  } catch (err) {
    printed.push(err);
  }
  expect(printed.length).toBeGreaterThan(5);
  for (const each of printed) {
    const shown = inspect(each, { depth: 20, showHidden: true, getters: true });
    for (const text of [shown, String(each), JSON.stringify(each)])
      expect(text).not.toContain(apiKey);
  }
  expect(JSON.stringify(audit)).toContain('/api/v1/events');
});
