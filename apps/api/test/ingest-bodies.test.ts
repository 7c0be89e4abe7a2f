/** Ingest of bodies that are malformed, unusual, or at a limit, byte by byte. */

import { gzipSync } from 'node:zlib';
import { limits, type IngestResponse } from '@liblab/audit-core';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { createIngestClient, type IngestClient } from './support/ingest-client.ts';
import { apiEvent } from './support/emit.ts';
import { foreignData, jsonBodies } from './support/foreign-data.ts';
import { startTestTrail, type TestTrail } from './support/test-trail.ts';

let trail: TestTrail;
let ingest: IngestClient;
beforeAll(async () => {
  trail = await startTestTrail();
  const { headers } = await trail.organization();
  ingest = createIngestClient(trail.app.url, headers.authorization.slice('Bearer '.length));
});
afterAll(() => trail[Symbol.asyncDispose]());

interface Answer {
  status: number;
  code?: string;
  message?: string;
  results?: IngestResponse['results'];
}

async function ask(body: string | Uint8Array, headers?: Record<string, string>): Promise<Answer> {
  const answer = await ingest.send(body, headers);
  const { error, results } = (await answer.json()) as Partial<IngestResponse> & {
    error?: { code: string; message: string };
  };
  return { status: answer.status, ...error, ...(results ? { results } : {}) };
}

const gzip = { 'content-encoding': 'gzip' };
const badRequest = { status: 400, code: 'bad_request' };
const tooLarge = { status: 413, code: 'too_large' };
const statuses = ({ results }: Answer) => results?.map(({ status }) => status);

/** A body of one event of an unknown type, whose detail `value` is these bytes. */
function around(bytes: Uint8Array, event: object = unknownEvent()): Buffer {
  const [head, tail] = JSON.stringify({ events: [event] }).split('"VALUE"');
  return Buffer.concat([Buffer.from(head ?? ''), bytes, Buffer.from(tail ?? '')]);
}

function unknownEvent(details: object = { value: 'VALUE' }) {
  return apiEvent({ type: 'acme.unheard_of', details });
}

describe.skipIf(!foreignData)('AUDIT_FOREIGN_DATA: JSONTestSuite', () => {
  it('is complete', () => expect(jsonBodies).toHaveLength(318));

  it('as bodies: none is {"events": [...]}, and invalid JSON is rejected as such', async () => {
    for (const { name, bytes } of jsonBodies) {
      const answer = await ask(bytes);
      expect(answer, name).toMatchObject(badRequest);
      if (name.startsWith('n_')) expect(answer.message, name).toMatch(/not valid (JSON|UTF-8)/);
      if (name.startsWith('y_')) expect(answer.message, name).toMatch(/must be \{"events"/);
      const zipped = await ask(gzipSync(bytes), gzip);
      expect({ ...zipped, requestId: '' }, name).toEqual({ ...answer, requestId: '' });
    }
  });

  it('as a detail: valid JSON is recorded unchanged or rejected with its path', async () => {
    let recorded = 0;
    for (const { name, bytes } of jsonBodies) {
      const event = unknownEvent();
      const body = around(bytes, event);
      const answer = await ask(body);
      if (answer.status === 400) expect(name).not.toMatch(/^y_/);
      else expect(name).not.toMatch(/^n_/);
      for (const { status, error } of answer.results ?? []) {
        if (status === 'rejected') {
          expect(error?.code, name).toBe('invalid_event');
          expect(error?.path, name).toMatch(/^\$\.events\[0\]\.details\.value/);
        } else {
          recorded += 1;
          const [stored] = await ingest.read([event.id]);
          const sent = JSON.parse(body.toString()) as { events: { details: object }[] };
          // Written once, because canonical JSON has no minus zero.
          const written = JSON.parse(JSON.stringify(sent.events[0]?.details)) as object;
          expect(stored?.details, name).toEqual(written);
        }
      }
      expect((await ask(gzipSync(body), gzip)).status, name).toBe(answer.status);
    }
    expect(recorded).toBeGreaterThan(70);
  });

  it('as an event: always rejected, and its neighbour is recorded', async () => {
    for (const { name, bytes } of jsonBodies.filter((body) => body.name.startsWith('y_'))) {
      const body = JSON.stringify({ events: ['VALUE', apiEvent()] }).split('"VALUE"');
      const answer = await ask(
        Buffer.concat([Buffer.from(body[0] ?? ''), bytes, Buffer.from(body[1] ?? '')]),
      );
      expect(statuses(answer)?.at(-1), name).toBe('recorded');
      expect(statuses(answer)?.slice(0, -1), name).toContain('rejected');
    }
  });
});

it.each([
  ['{\n "events": [],}', 'The body is not valid JSON: line 2, column 15.'],
  ['{\n "events":', 'The body is not valid JSON: it ends too early.'],
  ['events', 'The body is not valid JSON.'],
])('the error for %j says where, in our words', async (text, message) => {
  expect(await ask(Buffer.from(text))).toMatchObject({ ...badRequest, message });
});

describe('text that is not UTF-8 is rejected', () => {
  const text = JSON.stringify({ events: [unknownEvent({ value: 'ümläut' })] });
  const bytes = (...values: number[]) => around(Buffer.from([0x22, ...values, 0x22]));

  it.each<[string, Uint8Array]>([
    ['UTF-16, little end first', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ['Latin-1', Buffer.from(text, 'latin1')],
    ['a slash in two bytes', bytes(0xc0, 0xaf)],
    ['a slash in three bytes', bytes(0xe0, 0x80, 0xaf)],
    ['U+0000 in two bytes', bytes(0xc0, 0x80)],
    ['a surrogate', bytes(0xed, 0xa0, 0x80)],
    ['beyond U+10FFFF', bytes(0xf4, 0x90, 0x80, 0x80)],
    ['a character cut short', bytes(0xe2, 0x82)],
    ['a byte that never stands alone', bytes(0xff)],
  ])('%s', async (_name, body) => {
    expect(await ask(body)).toMatchObject({
      ...badRequest,
      message: expect.stringMatching(/UTF-8|JSON/),
    });
    expect(await ask(gzipSync(body), gzip)).toMatchObject(badRequest);
  });

  it('a leading byte order mark is ignored', async () => {
    expect(statuses(await ask(`\uFEFF${text}`))).toEqual(['recorded']);
  });

  it('the declared charset is ignored', async () => {
    const claimed = { 'content-type': 'application/json; charset=iso-8859-1' };
    const event = unknownEvent({ value: 'ümläut' });
    expect(statuses(await ask(JSON.stringify({ events: [event] }), claimed))).toEqual(['recorded']);
    expect((await ingest.read([event.id]))[0]?.details).toEqual({ value: 'ümläut' });
  });
});

describe('gzip', () => {
  const body = () => Buffer.from(JSON.stringify({ events: [apiEvent()] }));

  it('of several members is read to its end', async () => {
    const [head, tail] = [body().subarray(0, 40), body().subarray(40)];
    const answer = await ask(Buffer.concat([gzipSync(head), gzipSync(tail)]), gzip);
    expect(statuses(answer)).toEqual(['recorded']);
  });

  it.each<[string, () => Uint8Array]>([
    ['cut short', () => gzipSync(body()).subarray(0, -9)],
    ['without its checksum', () => gzipSync(body()).subarray(0, -8)],
    ['with a wrong checksum', () => gzipSync(body()).with(-8, 0).with(-7, 0).with(-6, 0)],
    ['of gzip', () => gzipSync(gzipSync(body()))],
    ['of nothing', () => gzipSync('')],
    ['that is empty', () => Buffer.alloc(0)],
    ['that is none', body],
  ])('%s is rejected', async (_name, make) => {
    expect(await ask(make(), gzip)).toMatchObject(badRequest);
  });

  it('is the only supported encoding, named once', async () => {
    for (const encoding of ['gzip, gzip', 'deflate', 'br', 'zstd', 'x']) {
      const answer = await ask(body(), { 'content-encoding': encoding });
      expect(answer, encoding).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    }
  });
});

describe('a bound', () => {
  const withBytes = (count: number) => {
    const text = JSON.stringify({ events: [apiEvent()] });
    return text.replace('[', `[${' '.repeat(count - text.length)}`);
  };

  test('of events: 1 to 1,000 in a request', async () => {
    const events = (count: number) =>
      ask(JSON.stringify({ events: Array.from({ length: count }, () => apiEvent()) }));
    expect(await events(0)).toMatchObject(badRequest);
    expect(statuses(await events(1))).toEqual(['recorded']);
    expect(new Set(statuses(await events(limits.eventsPerRequestMax)))).toEqual(
      new Set(['recorded']),
    );
    expect(await events(limits.eventsPerRequestMax + 1)).toMatchObject(tooLarge);
  });

  test('of bytes: 4 MiB, before and after decompression', async () => {
    const [most, over] = [limits.requestBytesMax, limits.requestBytesMax + 1].map(withBytes);
    expect(statuses(await ask(most ?? ''))).toEqual(['recorded']);
    expect(await ask(over ?? '')).toMatchObject(tooLarge);
    expect(await ask(gzipSync(over ?? ''), gzip)).toMatchObject(tooLarge);
    expect(statuses(await ask(gzipSync(withBytes(limits.requestBytesMax)), gzip))).toEqual([
      'recorded',
    ]);
  });

  test('of an event: 64 KiB, and its neighbours are recorded', async () => {
    const sized = (bytes: number) => {
      const event = unknownEvent({ text: '' });
      const missing = bytes - Buffer.byteLength(JSON.stringify(event));
      return { ...event, details: { text: `${'ä'.repeat(10)}${'x'.repeat(missing - 20)}` } };
    };
    const answer = await ask(
      JSON.stringify({
        events: [
          apiEvent(),
          sized(limits.eventBytesMax),
          sized(limits.eventBytesMax + 1),
          apiEvent(),
        ],
      }),
    );
    expect(statuses(answer)).toEqual(['recorded', 'recorded', 'rejected', 'recorded']);
    expect(answer.results?.[2]?.error).toMatchObject({ code: 'too_large', path: '$.events[2]' });
  });

  test('of depth: an event two million levels deep is rejected, its neighbour recorded', async () => {
    const deep = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;
    const [head, tail] = JSON.stringify({ events: [unknownEvent(), apiEvent()] }).split('"VALUE"');
    const answer = await ask(`${head}${deep}${tail}`);
    expect(statuses(answer)).toEqual(['rejected', 'recorded']);
    expect(answer.results?.[0]?.error?.message).toMatch(/nested deeper/);
    expect(await ask(deep)).toMatchObject(badRequest);
    expect(await ask('['.repeat(4_000_000))).toMatchObject(badRequest);
  });
});

test('the last of duplicate names in an object counts', async () => {
  const event = unknownEvent({ value: 'VALUE' });
  const twice = JSON.stringify({ events: [event] })
    .replace('{"value":"VALUE"}', '{"a":1,"a":{"b":2,"b":3},"\\u0061":{"b":2,"b":4}}')
    .replace('{"events":', '{"events":[],"events":');
  expect(statuses(await ask(twice))).toEqual(['recorded']);
  expect((await ingest.read([event.id]))[0]?.details).toEqual({ a: { b: 4 } });
});
