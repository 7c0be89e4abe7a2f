/** The database finds exactly the events that `matches` accepts. */

import fc from 'fast-check';
import {
  matches,
  outcomes,
  parseQuery,
  printQuery,
  type Expression,
  type Outcome,
  type Pattern,
  type Query,
  type TrailEvent,
} from '@liblab/audit-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey } from '../src/portal/keys/create-key.ts';
import { countEvents } from '../src/trail/query/count-events.ts';
import { listEvents, type ListInput } from '../src/trail/query/list-events.ts';
import { administer } from './support/test-cluster.ts';
import { startTestTrail, type TestOrganization, type TestTrail } from './support/test-trail.ts';

let trail: TestTrail;
let organization: TestOrganization;
let events: TrailEvent[];

const emails = ['Ada@X.io', 'ada@x.ioo', 'bob@y.example', 'ÅSA@x.io'];
const types = ['user.create', 'acme.a', 'acme.b', 'acme.other'];
const targetIds = ['1', '2', '1*', 'a b'];
const pick = <Value>(values: readonly Value[], n: number): Value => values[n % values.length]!;

function sampleEvent(n: number): object {
  const person = (k: number) => ({
    type: 'user',
    id: String(k % 7),
    ...(k % 5 ? { email: pick(emails, k) } : {}),
  });
  return {
    type: pick(types.slice(1), n * 7),
    actor: { ...person(n), ...(n % 3 ? {} : { onBehalfOf: person(n * 3 + 1) }) },
    targets: Array.from({ length: n % 3 }, (_, k) => ({
      type: pick(['build', 'api'], n + k),
      id: pick(targetIds, n * 3 + k),
    })),
    outcome: pick(outcomes, n % 4),
    occurredAt: new Date(Date.now() - pick([0, 1, 2, 20, 90], n) * 60_000 - (n % 2)).toISOString(),
    details: {},
  };
}

beforeAll(async () => {
  trail = await startTestTrail();
  organization = await trail.organization();
  await organization.emit(Array.from({ length: 300 }, (_, n) => sampleEvent(n)));
  await trail.follow();
  const other = await createKey(trail.app.services, null, {
    name: 'Nightly IMPORT',
    scopes: ['emit'],
    organizationIds: [organization.id],
  });
  // A third is the Portal's own; another third belongs to another key.
  await administer(trail.database.ownerUrl, (client) =>
    client.query(
      `update audit_events set key_id = case seq % 3 when 0 then null when 1 then $2::uuid else key_id end
       where organization_id = $1`,
      [organization.id, other.id],
    ),
  );
  events = await walk({});
  expect(events).toHaveLength(300);
});
afterAll(() => trail[Symbol.asyncDispose]());

async function walk(input: ListInput): Promise<TrailEvent[]> {
  const found: TrailEvent[] = [];
  let cursor: string | undefined;
  do {
    const page = await listEvents(trail.app.services, organization.id, {
      ...input,
      ...(cursor ? { cursor } : {}),
    });
    found.push(...page.events);
    cursor = page.next;
  } while (cursor);
  return found;
}

const positionsOf = (list: readonly TrailEvent[]) => list.map(({ seq }) => seq);

const some = <Value>(...values: Value[]) =>
  fc
    .uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 })
    .map((list) => list as unknown as readonly [Value, ...Value[]]);
const text = (value: string): Pattern => ({ kind: 'text', text: value });
const prefix = (value: string): Pattern => ({ kind: 'prefix', text: value });
const any: Pattern = { kind: 'any' };

/** Every term that the columns of the trail can answer. */
function termsOf(list: readonly TrailEvent[]): fc.Arbitrary<Expression> {
  const time = fc.oneof(
    fc.constantFrom(...list).map(({ at }) => ({ kind: 'instant' as const, ms: Date.parse(at) })),
    fc.constantFrom(0, 60_000, 3_600_000).map((ms) => ({ kind: 'ago' as const, ms })),
  );
  const position = fc
    .tuple(fc.nat(299), fc.constantFrom(0, 3, 250, Number.MAX_SAFE_INTEGER))
    .map(([from, length]) => ({ from, to: Math.min(from + length, Number.MAX_SAFE_INTEGER) }));
  const keyId = list.find(({ reportedBy }) => reportedBy)?.reportedBy?.keyId ?? '';
  return fc.oneof(
    fc.record({
      kind: fc.constant('actor' as const),
      values: some(
        ...['ADA', 'ada@x.io', 'åsa', 'nobody', '3', '%'].map(text),
        prefix('b'),
        prefix('Ada@'),
        any,
      ),
    }),
    fc.record({
      kind: fc.constant('type' as const),
      values: some(...types.map(text), prefix('acme.'), prefix('acme.o'), prefix('z'), any),
    }),
    fc.record({
      kind: fc.constant('target' as const),
      values: some(
        ...['build', 'api', 'x'].flatMap((type) => targetIds.map((id) => ({ type, id: text(id) }))),
      ),
    }),
    fc.record({ kind: fc.constant('outcome' as const), values: some<Outcome>(...outcomes) }),
    fc.record({ kind: fc.constantFrom('after' as const, 'before' as const), time }),
    fc.record({ kind: fc.constant('late' as const), value: fc.boolean() }),
    fc.record({
      kind: fc.constant('key' as const),
      values: some(
        any,
        text('importer'),
        text('nightly'),
        prefix('night'),
        text(keyId.toUpperCase()),
      ),
    }),
    fc.record({
      kind: fc.constant('id' as const),
      values: some(...list.slice(0, 5).map(({ id }) => id), organization.id),
    }),
    fc.record({
      kind: fc.constant('position' as const),
      values: fc
        .uniqueArray(position, {
          minLength: 1,
          maxLength: 3,
          selector: (range) => JSON.stringify(range),
        })
        .map((ranges) => ranges as unknown as readonly [(typeof ranges)[number]]),
    }),
  );
}

function queriesOf(list: readonly TrailEvent[]): fc.Arbitrary<Expression> {
  return fc.letrec<{ query: Expression }>((tie) => {
    const operands = fc
      .array(tie('query'), { minLength: 2, maxLength: 3 })
      .map((all) => all as unknown as [Expression, Expression]);
    return {
      query: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        termsOf(list),
        fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), operands }),
        fc.record({ kind: fc.constant('not' as const), operand: tie('query') }),
      ),
    };
  }).query;
}

describe('a query', () => {
  it('finds what matches, its negation finds the rest, and both are counted', async () => {
    const { services } = trail.app;
    const notTrivial = { some: 0, most: 0 };
    await fc.assert(
      fc.asyncProperty(queriesOf(events), fc.constantFrom(7, 200), async (query, limit) => {
        const nowMs = services.clock();
        const find = async (query: Query) =>
          positionsOf(await walk({ q: printQuery(query), limit }));
        const found = await find(query);
        expect(found).toEqual(positionsOf(events.filter((event) => matches(event, query, nowMs))));
        const rest = await find({ kind: 'not', operand: query });
        expect([...found, ...rest].toSorted((a, b) => a - b)).toEqual(
          positionsOf(events).toSorted((a, b) => a - b),
        );
        const counted = await countEvents(services, organization.id, { q: printQuery(query) });
        expect(counted).toEqual({ count: found.length, capped: false });
        notTrivial.some += +(found.length > 0);
        notTrivial.most += +(rest.length > 0);
      }),
      { numRuns: 150 },
    );
    expect(notTrivial.some).toBeGreaterThan(50);
    expect(notTrivial.most).toBeGreaterThan(50);
  }, 120_000);

  it('is combined with the other parameters', async () => {
    const input = { types: ['acme.a'], outcome: 'failure' as const, actor: 'ada' };
    const expected = events.filter(
      (event) =>
        event.type === 'acme.a' &&
        event.outcome === 'failure' &&
        matches(event, parseQuery('actor:ada -late:true'), 0),
    );
    expect(expected.length).toBeGreaterThan(0);
    expect(positionsOf(await walk({ ...input, q: '-late:true' }))).toEqual(positionsOf(expected));
  });

  it('that is invalid or unsupported is rejected by every endpoint', async () => {
    const { headers } = organization;
    for (const [q, part] of [
      ['typ:user.build', 'Did you mean type:?'],
      ['"free text"', 'Words cannot be searched yet'],
      ['details.language:go', 'details.NAME: cannot be searched yet'],
      ['-(ip:10.0.0.0/8 OR type:acme.a)', 'ip: cannot be searched yet'],
      ['service:cli', 'service: cannot be searched yet'],
      ['target:build:*', 'target: cannot be searched with * yet'],
      [Array.from({ length: 11 }, (_, n) => `actor:${n}`).join(' OR '), '10 times'],
      [Array.from({ length: 11 }, (_, n) => `key:${n}`).join(' OR '), 'key: may appear 10 times'],
      [`actor:${Array.from({ length: 51 }, (_, n) => n).join()}`, '50 values'],
    ] as const) {
      for (const path of ['events.list', 'events.count']) {
        const answer = await trail.app.call('query', path, { q }, headers);
        expect(answer.status, q).toBe(400);
        expect(await answer.text()).toContain(part);
      }
      const csv = await fetch(`${trail.app.url}/api/v1/events.csv?q=${encodeURIComponent(q)}`, {
        headers,
      });
      expect(csv.status, q).toBe(400);
      expect(await csv.json()).toMatchObject({
        error: {
          code: 'invalid_filter',
          path: '$.q',
          message: expect.stringContaining(part) as string,
        },
      });
    }
  });
});

it('queries of ever new shapes do not fill the connections with prepared statements', async () => {
  const { services } = trail.app;
  const shapes = ['success', 'failure', 'success,failure', 'failure,success'].flatMap((outcome) =>
    ['late:true', 'late:false', ''].flatMap((late) =>
      ['key:*', 'key:a', ''].flatMap((key) =>
        Array.from({ length: 10 }, (_, n) => {
          const ranges = Array.from({ length: n + 1 }, (_, from) => `${from}..999`);
          return `outcome:${outcome} ${late} ${key} position:${ranges.join()}`;
        }),
      ),
    ),
  );
  for (const q of shapes) await listEvents(services, organization.id, { q });
  const { rows } = await services.db.readers.query<{ count: number }>(
    'select count(*) from pg_prepared_statements',
  );
  // Other statements have fixed names.
  expect(rows[0]?.count).toBeLessThan(shapes.length - 20);
}, 60_000);
