import { once } from 'node:events';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { limits } from '@liblab/audit-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOrganization } from '../src/portal/identity/create-organization.ts';
import { createKey } from '../src/portal/keys/create-key.ts';
import { createIngestClient } from './support/ingest-client.ts';
import { apiEvent } from './support/emit.ts';
import { startTestApp, type TestApp } from './support/test-app.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

let database: TestDatabase;
let app: TestApp;
let organizationId: string;
let keys: Record<'emit' | 'import' | 'limited' | 'two', string>;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await startTestApp(database);
  const { db } = app.services;
  ({ id: organizationId } = await createOrganization({ db, clock: Date.now }, null, {
    name: 'IngestClient',
  }));
  const other = await createOrganization({ db, clock: Date.now }, null, { name: 'Next door' });
  const make = async (spec: object, organizationIds = [organizationId]) =>
    (
      await createKey({ db, clock: Date.now }, null, {
        name: 'door',
        scopes: ['emit'],
        organizationIds,
        ...spec,
      })
    ).secret;
  keys = {
    emit: await make({}),
    import: await make({ scopes: ['import'] }),
    limited: await make({ emitTypes: ['user.build'] }),
    two: await make({}, [organizationId, other.id]),
  };
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const send = (body: string | Buffer, headers?: Record<string, string>) =>
  createIngestClient(app.url, keys.emit).send(body, headers);
const emit = (events: readonly unknown[], key = keys.emit) =>
  createIngestClient(app.url, key).emit(events);

async function refused(answer: Response, status: number, code: string): Promise<void> {
  const body = (await answer.json()) as {
    error: { code: string; message: string; requestId: string };
  };
  expect({ status: answer.status, code: body.error.code }).toEqual({ status, code });
  expect(body.error.requestId).toBe(answer.headers.get('x-request-id'));
}

describe('ingest', () => {
  test('an invalid event does not affect its neighbours', async () => {
    const results = await emit([
      apiEvent(),
      { id: 'x' },
      null,
      7,
      apiEvent({ details: { apiName: 'x', apiId: '1' } }),
      apiEvent(),
    ]);
    expect(results.map((result) => result.status)).toEqual([
      'recorded',
      'rejected',
      'rejected',
      'rejected',
      'rejected',
      'recorded',
    ]);
    expect(results[4]?.error).toMatchObject({
      code: 'invalid_event',
      path: '$.events[4].details.apiId',
    });
    expect(results[2]?.error?.path).toBe('$.events[2]');
  });

  test('records nothing for a key that is revoked while the body is being sent', async () => {
    const { db, keys: finder } = app.services;
    const spec = {
      name: 'short-lived',
      scopes: ['emit'] as const,
      organizationIds: [organizationId],
    };
    const key = await createKey({ db, clock: Date.now }, null, {
      ...spec,
      scopes: [...spec.scopes],
    });
    const body = JSON.stringify({ events: [apiEvent()] });
    const slow = request(`${app.url}/api/v1/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key.secret}`,
        'content-type': 'application/json',
        'content-length': body.length,
      },
    });
    slow.write(body.slice(0, 5));
    // By the time a later request is answered, its key has been checked.
    expect((await emit([apiEvent()]))[0]?.status).toBe('recorded');
    await db.pool.query('update key_organizations set revoked_at = now() where key_id = $1', [
      key.id,
    ]);
    finder.forget(key.id);
    slow.end(body.slice(5));
    const [answer] = (await once(slow, 'response')) as [{ statusCode: number; resume(): void }];
    answer.resume();
    expect(answer.statusCode).toBe(401);
  });

  test('accepts gzip, and reports unsupported types and encodings', async () => {
    const body = JSON.stringify({ events: [apiEvent()] });
    expect((await send(gzipSync(body), { 'content-encoding': 'gzip' })).status).toBe(200);
    await refused(await send(body, { 'content-encoding': 'br' }), 415, 'unsupported_media_type');
    await refused(await send(body, { 'content-encoding': 'gzip' }), 400, 'bad_request');
    await refused(
      await send(body, { 'content-type': 'text/plain' }),
      415,
      'unsupported_media_type',
    );
    await refused(await send('{"events": {}}'), 400, 'bad_request');
    await refused(await send('{"events": []}'), 400, 'bad_request');
    await refused(await send('[]'), 400, 'bad_request');
  });

  test('limits an event’s size, depth and numbers, each with the path', async () => {
    let deep: unknown = 1;
    for (let level = 0; level < limits.nestingMax + 1; level += 1) deep = [deep];
    const results = await emit([
      apiEvent({ type: 'lab.unknown', details: { text: 'x'.repeat(limits.eventBytesMax) } }),
      apiEvent({ type: 'lab.unknown', details: { deep } }),
      apiEvent({ type: 'lab.unknown', details: { 'odd name': [0, 2 ** 53] } }),
      apiEvent({ actor: { type: 'user', id: 'a\0b' } }),
      apiEvent({ actor: { type: 'user', id: 'u', name: '\ud800' } }),
      apiEvent({ occurredAt: '2026-02-30T00:00:00Z' }),
      apiEvent({ occurredAt: '2026-01-01T00:00:00' }),
    ]);
    expect(results.map((result) => result.error?.path)).toEqual([
      '$.events[0]',
      expect.stringMatching(/^\$\.events\[1\]\.details\.deep/),
      '$.events[2].details["odd name"][1]',
      '$.events[3].actor.id',
      '$.events[4].actor.name',
      '$.events[5].occurredAt',
      '$.events[6].occurredAt',
    ]);
  });

  test('checks each event against the rights of the key', async () => {
    const old = apiEvent({
      occurredAt: new Date(Date.now() - limits.importAfterMs - 60_000).toISOString(),
    });
    expect((await emit([old]))[0]?.error).toMatchObject({
      code: 'too_late',
      path: '$.events[0].occurredAt',
    });
    expect((await emit([old], keys.import))[0]?.status).toBe('recorded');
    expect((await emit([apiEvent()], keys.limited))[0]?.error).toMatchObject({
      code: 'type_not_allowed',
    });
    for (const version of [1, 99]) {
      const adopt = apiEvent({
        type: 'log.adopt',
        version,
        details: { size: 1, reason: 'x' },
        targets: [{ type: 'log', id: '1' }],
      });
      expect((await emit([adopt]))[0]?.error).toMatchObject({ code: 'reserved_type' });
    }
    // Types that the Portal may record later cannot be emitted before.
    for (const type of ['log.adopted', 'erasure.execute', 'session.expire', 'member.promote']) {
      expect((await emit([apiEvent({ type })]))[0]?.error, type).toMatchObject({
        code: 'reserved_type',
        path: '$.events[0].type',
      });
    }
    expect((await emit([apiEvent()], keys.two))[0]?.error).toMatchObject({
      code: 'invalid_event',
      path: '$.events[0].organizationId',
    });
    const foreign = await emit([
      apiEvent({ organizationId: '00000000-0000-4000-8000-000000000000' }),
      apiEvent({ organizationId: organizationId.toUpperCase() }),
    ]);
    expect(foreign.map((result) => result.error?.code ?? result.status)).toEqual([
      'not_found',
      'recorded',
    ]);
  });
});
