/** The cost of pages at 200,000 events for every kind of filter, counted by Postgres, with and without statistics. */

import pg from 'pg';
import { liblabCatalogue } from '@liblab/audit-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatabase, type Database } from '../src/db/database.ts';
import { countEvents } from '../src/trail/query/count-events.ts';
import { listEvents, type ListInput } from '../src/trail/query/list-events.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

const organizationId = 'aaaaaaaa-0000-4000-8000-000000000000';
const other = 'bbbbbbbb-0000-4000-8000-000000000000';
const buffersMax = 1_000;

let database: TestDatabase;
let db: Database;
let buffers = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(synthetic);
  await owner.end();
  db = openDatabase({ url: database.apiUrl });
  count(db.pool);
  count(db.readers);
});

afterAll(async () => {
  await db.close();
  await database[Symbol.asyncDispose]();
});

/**
 * 200,000 events whose order in time differs from their order of arrival, the worst case for a page; and
 * another organisation with misleading statistics: nearly all of its events are of the first one's rarest kind.
 */
const synthetic = `
  insert into audit_events (organization_id, seq, id, content_mac, at, logged_at, late, type, outcome,
    actor_ref, behalf_ref, key_id, disclosures)
  select '${organizationId}', n, gen_random_uuid(), '\\x00', timestamptz '2026-01-01Z' + (n::bigint * 7919 % 200000) * interval '1 second',
    timestamptz '2026-02-01Z' + n * interval '1 second', false,
    case when n = 0 then 'user.oldest' when n % 10 < 7 then 'user.build' when n % 10 < 9 then 'user.create_api' else 'user.approved_doc' end,
    case when n = 0 then 'd' when n % 50 = 0 then 'f' else 's' end::"char",
    case when n = 0 then 1 when n % 2 = 0 then 2 else 100 + n % 5000 end,
    case when n % 7 = 0 then 101 + n % 5000 end, null, repeat('x', 850)
  from generate_series(0, 199999) n;
  insert into audit_events (organization_id, seq, id, content_mac, at, logged_at, late, type, outcome, actor_ref, disclosures)
  select '${other}', n, gen_random_uuid(), '\\x00', timestamptz '2026-01-01Z' + n * interval '1 second', now(), false,
    'user.oldest', 'd', 1, repeat('x', 850) from generate_series(0, 49999) n;
  insert into actors select '${organizationId}', 1, 'oldest@example.com';
  insert into actors select '${organizationId}', 2, 'bot@example.com';
  insert into actors select '${organizationId}', 100 + n, 'person' || n || '@example.com' from generate_series(0, 5000) n;
  insert into event_targets select organization_id, 'api', (seq % 3)::text, at, seq from audit_events
    where organization_id = '${organizationId}';
  insert into event_targets select organization_id, 'build', seq::text, at, seq from audit_events where seq < 100;`;

/**
 * Runs every query again as EXPLAIN and adds up the buffers it touches. A named statement is planned for any
 * values after a few calls: that plan counts too, and the worse of both is used.
 */
function count(pool: pg.Pool): void {
  const query = pool.query.bind(pool) as (
    statement: unknown,
    values?: unknown,
  ) => Promise<pg.QueryResult>;
  const counting = async (statement: string | pg.QueryConfig, values?: unknown[]) => {
    const {
      name,
      text,
      values: bound = [],
    } = (typeof statement === 'string' ? { text: statement, values } : statement) as pg.QueryConfig<
      unknown[]
    >;
    const explain = 'explain (analyze, buffers, format json)';
    const plans = [await query(`${explain} ${text}`, bound)];
    if (name) {
      const client = await pool.connect();
      await client.query(`set plan_cache_mode = force_generic_plan; prepare counted as ${text}`);
      plans.push(await client.query(`${explain} execute counted(${bound.map(literal).join()})`));
      await client.query('deallocate counted; reset plan_cache_mode');
      client.release();
    }
    buffers += Math.max(...plans.map(buffersOf));
    return query(statement, values);
  };
  pool.query = counting as typeof pool.query;
}

function literal(value: unknown): string {
  return pg.escapeLiteral(Array.isArray(value) ? `{${value.join()}}` : String(value));
}

function buffersOf({ rows }: pg.QueryResult): number {
  const [row] = rows as { 'QUERY PLAN': { Plan: Record<string, number> }[] }[];
  const plan = row?.['QUERY PLAN'][0]?.Plan;
  return (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0);
}

const ctx = () => ({ db, catalogue: liblabCatalogue, clock: Date.now });

const filters: Record<string, { input: ListInput; found: number }> = {
  'no filter': { input: {}, found: 50 },
  'the oldest first': { input: { direction: 'newer' }, found: 50 },
  'the largest page': { input: { limit: 200 }, found: 200 },
  'an actor of half of all events': { input: { actor: 'bot@' }, found: 50 },
  'an actor of one event, the oldest': { input: { actor: 'oldest@' }, found: 1 },
  'an actor of a few': { input: { actor: 'person4711@' }, found: 46 },
  'some actors': { input: { actor: 'person471' }, found: 50 },
  'the most that are read by index': { input: { actor: '99@' }, found: 50 },
  'more than are read by index': { input: { actor: 'person12' }, found: 6 },
  'all actors': { input: { actor: '@example.com' }, found: 50 },
  'no actor': { input: { actor: 'nobody' }, found: 0 },
  'a type of most events': { input: { types: ['user.build'] }, found: 50 },
  'a type of one event, the oldest': { input: { types: ['user.oldest'] }, found: 1 },
  'no type': { input: { types: ['user.none'] }, found: 0 },
  'many types': {
    input: { types: ['user.build', ...Array.from({ length: 49 }, (_, n) => `no.type${n}`)] },
    found: 50,
  },
  successes: { input: { outcome: 'success' }, found: 50 },
  failures: { input: { outcome: 'failure' }, found: 50 },
  'one outcome, the oldest': { input: { outcome: 'denied' }, found: 1 },
  'failures and denials': { input: { outcome: ['failure', 'denied'] }, found: 50 },
  'a target of a third of all events': { input: { target: { type: 'api', id: '1' } }, found: 50 },
  'a target of one event': { input: { target: { type: 'build', id: '0' } }, found: 1 },
  'no target': { input: { target: { type: 'build', id: 'none' } }, found: 0 },
  'an hour': { input: { from: '2026-01-02T00:00:00Z', to: '2026-01-02T01:00:00Z' }, found: 50 },
  'a time before all events': { input: { to: '2025-12-31T00:00:00Z' }, found: 0 },
  'a time after all events': { input: { from: '2027-12-31T00:00:00Z' }, found: 0 },
  'the first second': { input: { to: '2026-01-01T00:00:00Z' }, found: 1 },
  'an actor and a type, both frequent': {
    input: { actor: 'bot@', types: ['user.build'] },
    found: 50,
  },
  'an actor and a type, only the oldest': {
    input: { actor: 'oldest@', types: ['user.oldest'] },
    found: 1,
  },
  'a frequent actor and the rarest type': {
    input: { actor: 'bot@', types: ['user.oldest'] },
    found: 0,
  },
  'a frequent type and the rarest actor': {
    input: { actor: 'oldest@', types: ['user.build'] },
    found: 0,
  },
  'types by a prefix': { input: { q: 'type:user.*' }, found: 50 },
  'the rarest type by a prefix': { input: { q: 'type:user.o*' }, found: 1 },
  'no type by a prefix': { input: { q: 'type:nothing*' }, found: 0 },
  'a whole address': { input: { q: 'actor:oldest@example.com' }, found: 1 },
  'an id that is nowhere': { input: { q: `id:${other}` }, found: 0 },
  'a position': { input: { q: 'position:7' }, found: 1 },
  'a range of positions': { input: { q: 'position:100..299' }, found: 50 },
  'many ranges of positions': {
    input: {
      q: Array.from({ length: 100 }, (_, n) => `position:${n * 1000}..${n * 1000 + 199}`).join(
        ' OR ',
      ),
    },
    found: 50,
  },
  'the oldest, by two ways to it': {
    input: { q: 'actor:oldest@ OR type:user.oldest' },
    found: 1,
  },
  'a frequent and a rare alternative': {
    input: { q: '(actor:oldest@ type:user.build) OR target:build:0' },
    found: 1,
  },
  'everything but what is frequent': { input: { q: '-type:user.build -actor:bot@' }, found: 50 },
  'a negation with a look-up': { input: { q: '-actor:@example.com' }, found: 0 },
  'no key': { input: { q: '-key:*' }, found: 50 },
  'as many look-ups as are allowed': {
    input: {
      q: `-target:${Array.from({ length: 49 }, (_, n) => `api:x${n}`).join()} -actor:@example.com`,
    },
    found: 0,
  },
  'everything at once': {
    input: {
      actor: 'bot@',
      types: ['user.build'],
      outcome: 'failure',
      target: { type: 'api', id: '1' },
      from: '2026-01-01T00:00:00Z',
    },
    found: 3,
  },
};

describe.each(['without statistics', 'with statistics'])('%s', (statistics) => {
  beforeAll(async () => {
    if (statistics === 'without statistics') return;
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    await owner.query('analyze');
    await owner.end();
  });

  it.each(Object.entries(filters))(
    `a page touches at most ${buffersMax} buffers: %s`,
    async (_name, { input, found }) => {
      buffers = 0;
      const page = await listEvents(ctx(), organizationId, input);
      expect(buffers).toBeLessThanOrEqual(buffersMax);
      expect(page.events).toHaveLength(found);
    },
  );
});

it('a search that stops at its limit says how far it looked, and continues from there', async () => {
  // Half of all events are the actor's and a tenth have the type, but none match both.
  const input = { actor: 'bot@', types: ['user.approved_doc'] };
  let cursor: string | undefined;
  let searchedTo = '9999';
  let pages = 0;
  do {
    buffers = 0;
    const page = await listEvents(ctx(), organizationId, {
      ...input,
      ...(cursor ? { cursor } : {}),
    });
    expect(buffers).toBeLessThanOrEqual(buffersMax);
    expect(page.events).toEqual([]);
    cursor = page.next;
    if (cursor) {
      expect(page.searchedTo! < searchedTo).toBe(true);
      searchedTo = page.searchedTo!;
    }
    pages += 1;
  } while (cursor);
  expect(pages).toBeGreaterThan(10);
  console.log(`200,000 events were searched in ${pages} pages`);
});

it('a count tries few of the ways that a query offers', async () => {
  const types = Array.from({ length: 20 }, () => 'type:user.build').join(' ');
  const query = vi.spyOn(db.readers, 'query');
  // One of 140,000 builds.
  const q = `${types} -outcome:success,failure`;
  expect(await countEvents(ctx(), organizationId, { q })).toMatchObject({ capped: true });
  expect(query.mock.calls.length).toBeLessThanOrEqual(4);
  query.mockRestore();
});
