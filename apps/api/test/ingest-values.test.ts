/** Every value is stored exactly as sent or rejected with its path. */

import { randomUUID } from 'node:crypto';
import { limits, type EventResult } from '@liblab/audit-core';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { digestTables } from './support/digest-tables.ts';
import { createIngestClient, type IngestClient } from './support/ingest-client.ts';
import { apiEvent } from './support/emit.ts';
import {
  foreignData,
  formulas,
  naughtyStrings,
  oddAddresses,
  sqlInjections,
} from './support/foreign-data.ts';
import { startTestTrail, type TestTrail } from './support/test-trail.ts';

let trail: TestTrail;
let ingest: IngestClient;
beforeAll(async () => {
  trail = await startTestTrail();
  ingest = await openIngestClient();
});
afterAll(() => trail[Symbol.asyncDispose]());

/** Emits to a new trail. */
async function openIngestClient(): Promise<IngestClient> {
  const { headers } = await trail.organization();
  return createIngestClient(trail.app.url, headers.authorization.slice('Bearer '.length));
}

type Sent = ReturnType<typeof apiEvent> & { organizationId?: string };

const unknownEvent = (fields: object = {}): Sent =>
  apiEvent({ id: randomUUID(), type: 'acme.unheard_of', ...fields });

/** Emits all events to an empty trail; each is recorded and reads back equal, or is rejected at a path that matches the pattern. */
async function expectEqualOr(
  path: RegExp,
  events: readonly Sent[],
  own: IngestClient,
): Promise<EventResult[]> {
  const results: EventResult[] = [];
  for (let start = 0; start < events.length; start += limits.eventsPerRequestMax) {
    results.push(...(await own.emit(events.slice(start, start + limits.eventsPerRequestMax))));
  }
  for (const [index, { status, error }] of results.entries()) {
    if (status === 'recorded') continue;
    const at = error?.path?.replace(/^\$\.events\[\d+\]/, '$');
    expect(at, JSON.stringify(events[index])).toMatch(path);
    expect(error?.code).toMatch(/^(invalid_event|not_found)$/);
  }
  const stored = await own.readAll();
  const recorded = events.filter((_, index) => results[index]?.status === 'recorded');
  expect(stored.size).toBe(recorded.length);
  for (const event of recorded) {
    const read = stored.get(event.id);
    const { ip: _socket, ...context } = read?.context ?? {};
    const { organizationId: _own, ...sent } = { context: {}, ...event };
    expect({ ...read, context }).toMatchObject(sent);
    expect(read?.details).toEqual(event.details);
  }
  return results;
}

const count = (results: readonly EventResult[]) =>
  results.filter(({ status }) => status === 'recorded').length;

const never = /^(?!)/;

describe.skipIf(!foreignData)('AUDIT_FOREIGN_DATA: every text', () => {
  const texts = [...naughtyStrings, ...sqlInjections, ...formulas, ...oddAddresses].filter(
    (text) => text !== '' && !text.includes('\0'),
  );

  it('in every text field', async () => {
    expect(texts.length).toBeGreaterThan(2_000);
    const own = await openIngestClient();
    const before = await digestTables(trail.database.ownerUrl);
    await expectEqualOr(
      never,
      texts.map((text) => {
        const person = { type: 'user', id: text, email: text, name: text };
        return unknownEvent({
          actor: { ...person, onBehalfOf: person },
          targets: [
            { type: 'thing', id: text, name: text },
            { type: 'thing', id: '1' },
          ],
          reason: text,
          context: Object.fromEntries(contextFields.map((name) => [name, text])),
          details: { text, [text]: [text, { [text]: text }] },
          changes: [{ path: text, before: text, after: { [text]: text } }],
        });
      }),
      own,
    );
    const after = await digestTables(trail.database.ownerUrl);
    expect(Object.keys(after)).toEqual(Object.keys(before));
    for (const name of ['users', 'organizations', 'members', 'sessions', 'keys', 'log_keys']) {
      expect(after[`public.${name}`], name).toBe(before[`public.${name}`]);
    }
  });

  it('in the details of known types', async () => {
    const results = await expectEqualOr(
      /^\$\.details\.(apiName|reason|repository|sdkName)$/,
      texts.slice(0, 1_000).flatMap((text) => [
        apiEvent({ details: { apiName: text, apiId: 1 } }) as Sent,
        apiEvent({
          type: 'user.published_pr',
          targets: [
            { type: 'repository', id: '1' },
            { type: 'build', id: '1' },
          ],
          details: {
            sdkName: text,
            language: 'go',
            repository: 'x',
            prNumber: 1,
            prUrl: 'https://example.com/1',
          },
        }) as Sent,
        apiEvent({
          type: 'user.publish_pr_failure',
          targets: [
            { type: 'repository', id: text },
            { type: 'build', id: text },
          ],
          details: { sdkName: text, language: 'go', repository: text, reason: text },
        }) as Sent,
      ]),
      await openIngestClient(),
    );
    expect(count(results)).toBeGreaterThan(1_900);
  });

  it.each<[string, RegExp, (text: string) => object]>([
    ['id', /^\$\.id$/, (id) => ({ id })],
    ['type', /^\$\.type$/, (type) => ({ type })],
    ['version', /^\$\.version$/, (version) => ({ version })],
    ['organizationId', /^\$\.organizationId$/, (organizationId) => ({ organizationId })],
    ['occurredAt', /^\$\.occurredAt$/, (occurredAt) => ({ occurredAt })],
    ['outcome', /^\$\.outcome$/, (outcome) => ({ outcome })],
    ['actor.type', /^\$\.actor\.type$/, (type) => ({ actor: { type, id: '1' } })],
    ['targets[0].type', /^\$\.targets\[0\]\.type$/, (type) => ({ targets: [{ type, id: '1' }] })],
    ['context.ip', /^\$\.context\.ip$/, (ip) => ({ context: { ip } })],
    ['details', /^\$\.details$/, (details) => ({ details })],
    ['changes', /^\$\.changes$/, (changes) => ({ changes })],
    ['the name of a field', /^\$[.[]/, (name) => ({ [name]: 1 })],
  ])('as %s, only when it is valid', async (_name, path, fields) => {
    // Texts that happen to be UUIDs are recorded, each once.
    const events = [...new Set(texts)].map((text) => unknownEvent(fields(text)));
    const results = await expectEqualOr(path, events, await openIngestClient());
    expect(count(results)).toBeLessThan(events.length / 4);
  });
});

const contextFields = [
  'userAgent',
  'requestId',
  'sessionId',
  'correlationId',
  'service',
  'serviceVersion',
];

describe('a name of Object.prototype', () => {
  const names = [
    'constructor',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'toJSON',
    'then',
    'prototype',
    'length',
    '__defineGetter__',
    '__lookupSetter__',
  ];

  it('is a detail like any other', async () => {
    await expectEqualOr(
      never,
      names.map((name) =>
        unknownEvent({
          details: { [name]: { [name]: name } },
          changes: [{ path: name, before: { [name]: 1 }, after: { [name]: null } }],
        }),
      ),
      await openIngestClient(),
    );
  });

  it('is not a field of an event, nor a detail of a known type', async () => {
    for (const name of names) {
      const results = await ingest.emit([
        { ...unknownEvent(), [name]: 1 },
        apiEvent({ details: { apiName: 'x', apiId: 1, [name]: 1 } }),
      ]);
      expect(results.map(({ error }) => error?.path)).toEqual([
        `$.events[0].${name}`,
        `$.events[1].details.${name}`,
      ]);
    }
  });

  it('is not a type, target or filter', async () => {
    const events = names.map((name) => unknownEvent({ type: name }));
    expect((await ingest.emit(events)).map(({ status }) => status)).toEqual(
      names.map(() => 'rejected'),
    );
  });

  it('does not pollute prototypes: __proto__ is rejected with its path everywhere', async () => {
    const spoilt = JSON.stringify({
      events: [
        unknownEvent({ details: 'A' }),
        unknownEvent({ changes: [{ path: 'x', after: 'A' }] }),
        unknownEvent({ actor: 'A' }),
        'A',
        unknownEvent(),
      ],
    }).replaceAll('"A"', '{"__proto__":{"polluted":true}}');
    const answer = await ingest.send(spoilt.replace('{', '{"__proto__":{"events":[]},'));
    const { results } = (await answer.json()) as { results: EventResult[] };
    expect(results.map(({ status, error }) => error?.path ?? status)).toEqual([
      '$.events[0].details.__proto__',
      '$.events[1].changes[0].after.__proto__',
      '$.events[2].actor.__proto__',
      '$.events[3].__proto__',
      'recorded',
    ]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('numbers', () => {
  const emitNumber = async (written: string) => {
    const event = unknownEvent({ details: { value: 'N' } });
    const answer = await ingest.send(JSON.stringify({ events: [event] }).replace('"N"', written));
    const { results } = (await answer.json()) as { results: EventResult[] };
    if (results[0]?.status === 'rejected') return results[0].error?.path;
    return (await ingest.read([event.id]))[0]?.details['value'];
  };

  it.each([
    ['9007199254740991', 9007199254740991],
    ['-9007199254740991', -9007199254740991],
    ['1E2', 100],
    ['0.1', 0.1],
    ['5e-324', 5e-324],
    ['1.0', 1],
    // A double has no more digits: the stored and hashed value is what JSON.parse returns.
    ['0.1000000000000000055', 0.1],
    ['1e-400', 0],
    ['-0', 0],
  ])('%s is stored as a double', async (written, stored) => {
    expect(await emitNumber(written)).toBe(stored);
  });

  it.each(['9007199254740992', '-9007199254740993', '1e21', '1e308', '1e400', '-1e400'])(
    '%s would change, and is rejected',
    async (written) => {
      expect(await emitNumber(written)).toBe('$.events[0].details.value');
    },
  );

  it('that are not a version', async () => {
    for (const version of [0, -1, 1.5, 32_768, null, true, '1', [1]]) {
      const [result] = await ingest.emit([unknownEvent({ version })]);
      expect(result?.error?.path, JSON.stringify(version)).toBe('$.events[0].version');
    }
  });
});

describe('times', () => {
  it.each([
    ['1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z'],
    ['1970-01-01T00:00:00-01:00', '1970-01-01T01:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['9999-12-31T23:59:59+01:00', '9999-12-31T22:59:59.000Z'],
    ['2024-02-29T12:00:00+14:00', '2024-02-28T22:00:00.000Z'],
    ['2026-01-31T09:30:00.123456789Z', '2026-01-31T09:30:00.123Z'],
    ['2026-01-31T23:59:59.9999Z', '2026-01-31T23:59:59.999Z'],
  ])('%s is the instant %s', async (occurredAt, instant) => {
    const event = unknownEvent({ occurredAt });
    expect((await ingest.emit([event])).map(({ status }) => status)).toEqual(['recorded']);
    const [stored] = await ingest.read([event.id]);
    expect(stored?.occurredAt).toBe(instant);
    const earlier = [instant, stored?.loggedAt ?? ''].toSorted();
    expect(stored?.at).toBe(earlier[0]);
  });

  it.each([
    '1969-12-31T23:59:59.999Z',
    '1970-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '+010000-01-01T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '2016-12-31T23:59:60Z',
    '2026-02-30T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T09:30:00',
    '2026-01-31T09:30:00+25:00',
    '2026-13-01T00:00:00Z',
    '2026-01-31',
    '1769851800000',
    'now',
    '',
  ])('%s is not a time', async (occurredAt) => {
    const [result] = await ingest.emit([unknownEvent({ occurredAt })]);
    expect(result?.error).toMatchObject({ code: 'invalid_event', path: '$.events[0].occurredAt' });
  });
});

test('an id in upper case is the same id, but the content is compared as it was sent', async () => {
  const event = unknownEvent();
  const results = await ingest.emit([event, event, { ...event, id: event.id.toUpperCase() }]);
  expect(results.map(({ id, status, error }) => [id, error?.code ?? status])).toEqual([
    [event.id, 'recorded'],
    [event.id, 'duplicate'],
    [event.id, 'id_reused'],
  ]);
});

test('the values of a redacted change are stored nowhere', async () => {
  const { headers } = await trail.organization();
  const own = createIngestClient(trail.app.url, headers.authorization.slice('Bearer '.length));
  const secret = `hunter2-${randomUUID()}`;
  const change = (before: string) => ({
    path: 'password',
    before,
    after: `${secret}!`,
    redacted: true,
  });
  const event = unknownEvent({ changes: [change(secret)] });
  const other = { ...event, changes: [change('another')] };
  const results = await own.emit([event, event, other]);
  expect(results.map(({ status }) => status)).toEqual(['recorded', 'duplicate', 'duplicate']);
  expect(await own.emit([other])).toMatchObject([{ status: 'duplicate' }]);
  const stored = (await own.readAll()).get(event.id);
  expect(stored?.changes).toEqual([{ path: 'password', redacted: true }]);
  const { rows } = await trail.app.services.db.pool.query<{ disclosures: string }>(
    'select disclosures from audit_events where id = $1',
    [event.id],
  );
  const parts = (rows[0]?.disclosures ?? '').split('~');
  const text = parts.map((part) => Buffer.from(part, 'base64url').toString()).join('\n');
  expect(text).toContain('password');
  expect(text).not.toContain('hunter2');
});
