import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openDatabase, type Database } from '../src/db/database.ts';
import type { FollowedEvent, Follower } from '../src/trail/follow/follower.ts';
import { apiEvent, openTestWriter, type TestWriter } from './support/emit.ts';
import { untilFollowed } from './support/follow.ts';
import { administer } from './support/test-cluster.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

const never = Number.POSITIVE_INFINITY;
const patiently = { timeout: 20_000, interval: 5 };

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.apiUrl });
  await administer(database.ownerUrl, (owner) =>
    owner.query(
      `create table applied (name text, organization_id uuid, seq bigint, place bigserial, pid int default pg_backend_pid());
       grant select, insert, delete on applied to audit_api; grant usage on sequence applied_place_seq to audit_api`,
    ),
  );
});
afterAll(async () => {
  await db.close();
  await database[Symbol.asyncDispose]();
});

/** Stores a row per event. `before` and `after` run around that, in the same transaction. */
function counter(
  steps: { before?: () => void; after?: (pid: number) => Promise<unknown> } = {},
): Follower {
  const name = `counter-${randomUUID()}`;
  return {
    name,
    async apply(tx, events) {
      steps.before?.();
      const { rows } = await tx.query<{ pid: number }>(
        `insert into applied (name, organization_id, seq)
         select $1, * from unnest($2::uuid[], $3::bigint[]) returning pid`,
        [name, events.map((event) => event.organizationId), events.map((event) => event.seq)],
      );
      await steps.after?.(rows[0]?.pid ?? 0);
    },
    async clear(tx, organizationId) {
      await tx.query('delete from applied where name = $1 and organization_id = $2', [
        name,
        organizationId,
      ]);
    },
  };
}

async function appliedBy({ name }: Follower, organizationId: string): Promise<number[]> {
  const { rows } = await db.pool.query<{ seq: number }>(
    'select seq from applied where name = $1 and organization_id = $2 order by place',
    [name, organizationId],
  );
  return rows.map(({ seq }) => seq);
}

/** An API process that runs these followers. */
async function processOf(
  followers: readonly Follower[],
  sweepMs: number,
  clock = Date.now,
): Promise<TestWriter> {
  const writer = await openTestWriter(db.options, { following: { followers, sweepMs }, clock });
  writer.services.following.start();
  return writer;
}

const events = (count: number) => Array.from({ length: count }, () => apiEvent());
const upTo = (size: number) => Array.from({ length: size }, (_, seq) => seq);

test('two writing processes apply each event once, by position', async () => {
  const follower = counter();
  const organizationId = randomUUID();
  await using one = await processOf([follower], 50);
  await using two = await processOf([follower], 50);
  for (let round = 0; round < 10; round += 1) {
    await Promise.all([one.emit(organizationId, events(7)), two.emit(organizationId, events(5))]);
  }
  await untilFollowed(db.pool, [follower]);
  expect(await appliedBy(follower, organizationId)).toEqual(upTo(120));
});

test('a hint wakes an idle follower before its sweep', async () => {
  const follower = counter();
  const organizationId = randomUUID();
  const timers = vi.spyOn(globalThis, 'setTimeout');
  await using service = await processOf([follower], never);
  for (let size = 1; size <= 3; size += 1) {
    await vi.waitFor(
      () => expect(timers).toHaveBeenCalledWith(expect.any(Function), 2 ** 31 - 1),
      patiently,
    );
    timers.mockClear();
    await service.emit(organizationId, events(1));
    await untilFollowed(db.pool, [follower]);
    expect(await appliedBy(follower, organizationId)).toEqual(upTo(size));
  }
  timers.mockRestore();
});

test('a connection that fails between the rows and the position stores neither', async () => {
  let crashes = 2;
  const follower = counter({
    after: async (pid) => {
      if (crashes-- <= 0) return;
      await administer(database.ownerUrl, (owner) =>
        owner.query('select pg_terminate_backend($1)', [pid]),
      );
    },
  });
  const organizationId = randomUUID();
  await using service = await processOf([follower], 20);
  await service.emit(organizationId, events(3));
  await untilFollowed(db.pool, [follower]);
  expect(crashes).toBeLessThan(0);
  expect(await appliedBy(follower, organizationId)).toEqual(upTo(3));
});

test('a failing follower does not stop writers or other followers, shows in its lag, and continues later', async () => {
  let broken = true;
  const failing = counter({
    before: () => {
      if (broken) throw new Error('broken');
    },
  });
  const sound = counter();
  const organizationId = randomUUID();
  const inAnHour = () => Date.now() + 3_600_000;
  await using service = await processOf([failing, sound], 20, inAnHour);
  const { registry } = service.services.metrics;
  const lagOf = async ({ name }: Follower) =>
    Number(new RegExp(`follower="${name}"} (\\S+)`).exec(await registry.metrics())?.[1]);
  const { results } = await service.emit(organizationId, events(2));
  expect(results.map(({ status }) => status)).toEqual(['recorded', 'recorded']);
  await untilFollowed(db.pool, [sound]);
  expect(await appliedBy(sound, organizationId)).toEqual(upTo(2));
  expect(await appliedBy(failing, organizationId)).toEqual([]);
  expect(await lagOf(sound)).toBe(0);
  expect(await lagOf(failing)).toBeGreaterThan(3_500);

  broken = false;
  await untilFollowed(db.pool, [failing]);
  expect(await appliedBy(failing, organizationId)).toEqual(upTo(2));
  expect(await lagOf(failing)).toBe(0);
});

test('a rebuild gives the same rows as following, for one trail or all', async () => {
  const follower = counter();
  const [first, second] = [randomUUID(), randomUUID()] as const;
  await using service = await processOf([follower], 50);
  await service.emit(first, events(4));
  await service.emit(second, events(3));
  await untilFollowed(db.pool, [follower]);
  await db.pool.query('delete from applied where name = $1', [follower.name]);

  await service.services.following.rebuild(follower.name, first);
  expect(await appliedBy(follower, first)).toEqual(upTo(4));
  expect(await appliedBy(follower, second)).toEqual([]);
  await service.services.following.rebuild(follower.name);
  expect(await appliedBy(follower, first)).toEqual(upTo(4));
  expect(await appliedBy(follower, second)).toEqual(upTo(3));
  await service.emit(first, events(1));
  await untilFollowed(db.pool, [follower]);
  expect(await appliedBy(follower, first)).toEqual(upTo(5));
  await expect(service.services.following.rebuild('nobody')).rejects.toThrow(
    `There is no follower nobody. The followers are: ${follower.name}.`,
  );
});

test('an event reads the same just after its commit and from the database', async () => {
  const organizationId = randomUUID();
  const read: FollowedEvent[] = [];
  const follower: Follower = {
    name: `reader-${randomUUID()}`,
    async apply(_tx, applied) {
      read.push(...applied.filter((event) => event.organizationId === organizationId));
    },
    async clear() {},
  };
  await using service = await processOf([follower], never);
  const hint = vi.spyOn(service.services.following, 'hint');
  await service.emit(organizationId, events(3));
  await untilFollowed(db.pool, [follower]);
  const committed = read.splice(0);
  await service.services.following.rebuild(follower.name, organizationId);
  expect(committed[0]?.targets).toBe(hint.mock.calls[0]?.[1]?.[0]?.event.targets);
  const contents = (all: readonly FollowedEvent[]) =>
    all.map(({ seq, atMs, targets, read: whole }) => ({ seq, atMs, targets, event: whole() }));
  expect(contents(read)).toEqual(contents(committed));
  expect(read).toHaveLength(3);
});

test('a follower whose position is locked retries before the sweep', async () => {
  const follower = counter();
  const organizationId = randomUUID();
  await using service = await processOf([follower], never);
  await service.emit(organizationId, events(1));
  await untilFollowed(db.pool, [follower]);

  // Another process, which read the trail before the next event came.
  const other = await db.pool.connect();
  await other.query('begin');
  await other.query('select from projections where name = $1 for update', [follower.name]);
  const { jobs } = service.services.db;
  const connect = vi.spyOn(jobs, 'connect');
  await service.emit(organizationId, events(1));
  await vi.waitFor(() => expect(connect).toHaveBeenCalled(), patiently);
  const [tried] = connect.mock.results;
  await tried?.value;
  connect.mockRestore();
  await vi.waitFor(() => expect(jobs.idleCount).toBe(jobs.totalCount), patiently);
  await other.query('commit');
  other.release();
  await untilFollowed(db.pool, [follower]);
  expect(await appliedBy(follower, organizationId)).toEqual(upTo(2));
});
