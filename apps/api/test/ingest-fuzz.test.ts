/** Fuzzes ingest: every event gets a result, nothing fails, and recorded events read back equal. */

import { randomUUID } from 'node:crypto';
import { liblabCatalogue, type EventResult, type TrailEvent } from '@liblab/audit-core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkTrail } from './support/check-trail.ts';
import { createIngestClient, type IngestClient } from './support/ingest-client.ts';
import { startTestTrail, type TestOrganization, type TestTrail } from './support/test-trail.ts';

const runs = Number(process.env['AUDIT_TORTURE_RUNS'] ?? 150);
const patienceMs = 60_000 + 100 * runs;

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

let trail: TestTrail;
let organization: TestOrganization;
let ingest: IngestClient;
/** Ids by position, as they were acknowledged. */
const acknowledged: string[] = [];

beforeAll(async () => {
  trail = await startTestTrail();
  organization = await trail.organization();
  ingest = createIngestClient(
    trail.app.url,
    organization.headers.authorization.slice('Bearer '.length),
  );
});
afterAll(() => trail[Symbol.asyncDispose]());

/** Any 16-bit units, including lone surrogates and control characters. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(fc.integer({ min: 0, max: 0xff_ff }), { maxLength: 4 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    'constructor',
    'toString',
    '__proto__',
    'a@b.example',
    '',
    '2026-02-30T00:00:00Z',
    'x'.repeat(2_100),
  ),
);

const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
    text,
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(text, tie('json'), { maxKeys: 4 }),
  ),
}));

const examples = liblabCatalogue.definitions.map(({ type, version, example }) => ({
  type,
  version,
  ...example,
}));

/** An event that is valid, of a known type or of none. */
const valid = fc
  .record(
    {
      id: fc.uuid(),
      occurredAt: fc
        .date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
        .map((date) => date.toISOString()),
      actor: fc.record(
        {
          type: fc.constantFrom('user', 'token', 'system'),
          id: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
          email: fc.emailAddress(),
        },
        { requiredKeys: ['type', 'id'] },
      ),
      outcome: fc.constantFrom('success', 'failure', 'denied'),
      reason: fc.constant('because'),
      context: fc.record({ ip: fc.ipV6(), service: fc.constant('fuzz') }, { requiredKeys: [] }),
      changes: fc.array(fc.record({ path: fc.constant('a.b'), before: json, after: json }), {
        maxLength: 3,
      }),
      example: fc.oneof(
        fc.constantFrom(...examples),
        fc.record({
          type: fc.constant('acme.unheard_of'),
          details: fc.dictionary(text, json, { maxKeys: 5 }),
        }),
      ),
    },
    { requiredKeys: ['id', 'occurredAt', 'actor', 'example'] },
  )
  .map(({ example, ...envelope }) => ({ ...envelope, ...structuredClone(example) }) as Json);

type Mutation = {
  steps: number[];
  kind: 'replace' | 'delete' | 'add' | 'repeat';
  name: string;
  value: Json;
};

const mutation: fc.Arbitrary<Mutation> = fc.record({
  steps: fc.array(fc.nat(7), { minLength: 1, maxLength: 4 }),
  kind: fc.constantFrom('replace', 'delete', 'add', 'repeat'),
  name: text,
  value: json,
});

const ordinary = { enumerable: true, writable: true, configurable: true };

/** Follows the steps into the value and changes the value there. */
function mutate(event: Json, { steps, kind, name, value }: Mutation): Json {
  if (typeof event !== 'object' || event === null) return value;
  const [step = 0, ...rest] = steps;
  const names = Object.keys(event);
  const own = names[step % names.length];
  if (own === undefined) return value;
  const members = event as Record<string, Json>;
  if (rest.length > 0)
    members[own] = mutate(members[own] as Json, { steps: rest, kind, name, value });
  else if (kind === 'replace') members[own] = value;
  else if (kind === 'add') {
    // Not an assignment, which would obey __proto__.
    Object.defineProperty(members, name, { value, ...ordinary });
  } else if (kind === 'delete') delete members[own];
  else members[own] = [members[own] as Json, members[own] as Json];
  return event;
}

const sent = fc.oneof(
  { weight: 3, arbitrary: valid },
  {
    weight: 5,
    arbitrary: fc
      .tuple(valid, fc.array(mutation, { minLength: 1, maxLength: 2 }))
      .map(([event, mutations]) => mutations.reduce(mutate, event)),
  },
  { weight: 1, arbitrary: json },
);

/** Compares what is read with what was sent; the server normalises ids and times and adds the address. */
function expectEqual(read: TrailEvent | undefined, event: Record<string, Json>): void {
  const { id, occurredAt, organizationId: _own, context = {}, details = {}, ...rest } = event;
  expect(read).toMatchObject(rest);
  expect(read?.details).toEqual(details);
  expect(read?.changes).toEqual(rest['changes']);
  expect(read?.context).toEqual({ ip: read?.context.ip, ...(context as object) });
  expect(read?.id).toBe((id as string).toLowerCase());
  expect(read?.occurredAt).toBe(new Date(occurredAt as string).toISOString());
}

/** Positions continue without a gap, in the order of the request. */
function note(results: readonly EventResult[]): void {
  for (const { status, id, seq } of results) {
    if (status !== 'recorded') continue;
    expect(seq).toBe(acknowledged.length);
    acknowledged.push(id as string);
  }
}

test(
  'events of any shape: a result for each, and what is recorded reads back equal',
  async () => {
    let recorded = 0;
    let rejected = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(sent, { minLength: 5, maxLength: 40 }), async (events) => {
        // What was sent, without minus zero.
        const wire = JSON.parse(JSON.stringify(events)) as Record<string, Json>[];
        const results = await ingest.emit(events);
        expect(results).toHaveLength(events.length);
        note(results);
        for (const [index, { status, error }] of results.entries()) {
          if (status !== 'rejected') continue;
          rejected += 1;
          expect(error?.code).toMatch(/^(invalid_event|not_found|id_reused|reserved_type)$/);
          expect(error?.path?.startsWith(`$.events[${index}]`)).toBe(true);
        }
        const kept = wire.filter((_, index) => results[index]?.status === 'recorded');
        recorded += kept.length;
        const stored = await ingest.read(kept.map(({ id }) => (id as string).toLowerCase()));
        for (const [index, event] of kept.entries()) expectEqual(stored[index], event);
      }),
      { numRuns: runs },
    );
    expect(recorded).toBeGreaterThan(100);
    expect(rejected).toBeGreaterThan(100);
  },
  patienceMs,
);

test(
  'bytes of any kind: 200 with a result for each event, or 400',
  async () => {
    const answered = new Map<number, number>();
    const cut = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.nat(1),
      insert: fc.oneof(
        fc.constantFrom(...'0aZ ', ...'{}[]",:\\').map((character) => Buffer.from(character)),
        fc.uint8Array({ maxLength: 3 }),
      ),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(valid, { minLength: 1, maxLength: 3 }),
        fc.array(cut, { minLength: 1, maxLength: 2 }),
        async (events, cuts) => {
          let body: Uint8Array = Buffer.from(JSON.stringify({ events }));
          for (const { at, remove, insert } of cuts) {
            const start = Math.floor(at * body.length);
            body = Buffer.concat([body.subarray(0, start), insert, body.subarray(start + remove)]);
          }
          const answer = await ingest.send(body);
          expect([200, 400]).toContain(answer.status);
          answered.set(answer.status, (answered.get(answer.status) ?? 0) + 1);
          if (answer.status !== 200) return;
          const { results } = (await answer.json()) as { results: EventResult[] };
          expect(results).toHaveLength(
            (JSON.parse(body.toString()) as { events: unknown[] }).events.length,
          );
          note(results);
        },
      ),
      { numRuns: 2 * runs },
    );
    expect(answered.get(200)).toBeGreaterThan(10);
    expect(answered.get(400)).toBeGreaterThan(10);
  },
  patienceMs,
);

test('many concurrent requests, valid and invalid: each event once, in the right response', async () => {
  const ids = Array.from({ length: 40 }, () => Array.from({ length: 25 }, () => randomUUID()));
  const bad: Json[] = [null, {}, 'x', [], { id: 1 }];
  const answers = await Promise.all(
    ids.map(async (own) => {
      const good = own.map((id) => ({
        id,
        type: 'acme.unheard_of',
        occurredAt: new Date().toISOString(),
        actor: { type: 'system', id: 'fuzz' },
      }));
      return ingest.emit(good.flatMap((event, index) => [event, bad[index % bad.length]]));
    }),
  );
  const recorded = answers.flat().filter(({ status }) => status === 'recorded');
  expect(recorded.map(({ id }) => id)).toEqual(ids.flat());
  note(recorded.toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0)));
});

test('afterwards the trail verifies and contains exactly the acknowledged events', async () => {
  const { ids } = await checkTrail(trail.app.services.db.pool, organization.id);
  expect(ids).toEqual(acknowledged);
  const failures = trail.app.logged.filter(
    (line) => (JSON.parse(line) as { level: number }).level >= 50,
  );
  expect(failures).toEqual([]);
});
