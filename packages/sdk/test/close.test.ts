import { expect, test } from 'vitest';
import { AuditClient, ClosedError, NotSentError, TimeoutError } from '../src/index.ts';
import { apiKey, createClient, createdApi } from './support/events.ts';
import {
  hang,
  honest,
  resetUnrecorded,
  respond,
  startServer,
  type Exchange,
} from './support/test-server.ts';

test('close sends unsent events and rejects later ones', async () => {
  await using server = await startServer();
  const { audit } = createClient(server.url);
  for (let n = 0; n < 700; n += 1) void audit.emit('user.create_api', createdApi(n));
  await audit.close();
  expect(server.recorded.size).toBe(700);
  await expect(audit.emit('user.create_api', createdApi(1))).rejects.toBeInstanceOf(ClosedError);
  await audit.close();
});

test('close rejects with exactly the unacknowledged events, in order', async () => {
  await using server = await startServer(honest, hang, hang);
  const { audit, failures } = createClient(server.url, { batchEventsMax: 2, inFlightMax: 2 });
  const emitted = Array.from({ length: 7 }, (_, n) => audit.emit('user.create_api', createdApi(n)));
  await Promise.all(emitted.slice(0, 2));
  const error: unknown = await audit.close({ timeoutMs: 50 }).catch((err: unknown) => err);
  expect(error).toBeInstanceOf(NotSentError);
  const { events } = error as NotSentError;
  expect(events.map((event) => event.targets[0]?.id)).toEqual(['2', '3', '4', '5', '6']);
  for (const each of emitted.slice(2)) await expect(each).rejects.toBe(error);
  expect(failures.map(({ name, id }) => ({ name, id }))).toEqual(
    events.map(({ id }) => ({ name: 'NotSentError', id })),
  );
  // The events can be emitted again unchanged.
  const later = createClient(server.url);
  await Promise.all(events.map((event) => later.audit.emit('user.create_api', event as never)));
  await later.audit.close();
  expect(server.recorded.size).toBe(7);
});

test('close does not wait for a backoff to end', async () => {
  await using server = await startServer(respond(503, ''), respond(503, ''));
  const { audit } = createClient(server.url, { retryDelayMinMs: 60_000, retryDelayMaxMs: 60_000 });
  const emitted = audit.emit('user.create_api', createdApi(1));
  await expect.poll(() => server.received.length).toBeGreaterThan(0);
  server.script = [];
  await audit.close({ timeoutMs: 2_000 });
  expect((await emitted).status).toBe('recorded');
});

test('flush waits for the events emitted before it, and for no later ones', async () => {
  let late: Exchange | undefined;
  await using server = await startServer(resetUnrecorded, honest, (exchange) => (late = exchange));
  await using client = createClient(server.url, { inFlightMax: 1, batchEventsMax: 1 });
  await client.audit.flush();
  let first = '';
  void client.audit.emit('user.create_api', createdApi(1)).then(({ id }) => (first = id));
  const flushed = client.audit.flush();
  void client.audit.emit('user.create_api', createdApi(2));
  await flushed;
  expect(first).not.toBe('');
  await expect(client.audit.flush({ timeoutMs: 20 })).rejects.toBeInstanceOf(TimeoutError);
  if (late) honest(late);
  await client.audit.flush();
  expect(server.recorded.size).toBe(2);
});

test('await using closes the client', async () => {
  await using server = await startServer();
  {
    await using audit = new AuditClient({ url: server.url, apiKey });
    void audit.emit('user.create_api', createdApi(1));
  }
  expect(server.recorded.size).toBe(1);
});
