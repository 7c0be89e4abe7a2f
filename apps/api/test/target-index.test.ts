import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { followTrails, type Following } from '../src/trail/follow/follow-trails.ts';
import { targets } from '../src/trail/follow/targets.ts';
import { apiEvent, openTestWriter } from './support/emit.ts';
import { administer } from './support/test-cluster.ts';
import { startTestTrail, type TestTrail } from './support/test-trail.ts';

let trail: TestTrail;
beforeAll(async () => {
  trail = await startTestTrail();
});
afterAll(() => trail[Symbol.asyncDispose]());

/** A new trail; `written` is what each commit would hint to the followers. */
async function writtenTrail(commits: number, eventsEach: number) {
  const { id } = await trail.organization();
  // Another process: the tested one gets no hint.
  await using writer = await openTestWriter(trail.app.services.db.options);
  const hints = vi.spyOn(writer.services.following, 'hint');
  for (let commit = 0; commit < commits; commit += 1) {
    await writer.emit(
      id,
      Array.from({ length: eventsEach }, (_, n) =>
        apiEvent({ type: 'acme.moved', details: {}, targets: targetsOf(n) }),
      ),
    );
  }
  return { id, written: hints.mock.calls.map(([, events]) => events) };
}

/** No target, one, one twice, or several. */
function targetsOf(n: number) {
  const api = { type: 'api', id: `é~${n % 5}` };
  return [[], [api], [api, { ...api, name: 'again' }], [api, { type: 'build', id: String(n) }]][
    n % 4
  ];
}

function follower(): Following {
  const { db, catalogue, log } = trail.app.services;
  const started = followTrails([targets], { pool: db.pool, catalogue, log });
  started.start();
  return started;
}

async function indexOf(organizationId: string): Promise<unknown[]> {
  const { rows } = await trail.app.services.db.pool.query(
    `select t.target_type, t.target_id, t.seq, t.at = e.at as in_time from event_targets t
     left join audit_events e using (organization_id, seq)
     where organization_id = $1 order by t.seq, t.target_type`,
    [organizationId],
  );
  return rows as unknown[];
}

/** What the index must hold for `commits` of `writtenTrail`. */
function expected(commits: number, eventsEach: number): unknown[] {
  return Array.from({ length: commits * eventsEach }, (_, seq) => {
    const named = new Map(targetsOf(seq % eventsEach)?.map(({ type, id }) => [type, id]));
    return [...named]
      .map(([type, id]) => ({ target_type: type, target_id: id, seq, in_time: true }))
      .toSorted((a, b) => (a.target_type < b.target_type ? -1 : 1));
  }).flat();
}

async function followed(organizationId: string, size: number): Promise<void> {
  await vi.waitFor(async () => {
    const { rows } = await trail.app.services.db.pool.query<{ next_seq: number }>(
      `select next_seq from projections where organization_id = $1 and name = 'targets'`,
      [organizationId],
    );
    expect(rows).toEqual([{ next_seq: size }]);
  }, 60_000);
}

describe('the target index contains each target of each event once', () => {
  test('with a hint for each commit, in order', async () => {
    const { id, written } = await writtenTrail(3, 8);
    const following = follower();
    for (const events of written) following.hint(id, events);
    await followed(id, 24);
    await following.stop();
    expect(await indexOf(id)).toEqual(expected(3, 8));
  });

  test('with a late, a missing and a repeated hint', async () => {
    const { id, written } = await writtenTrail(5, 8);
    const [first, second, , fourth, last] = written;
    const following = follower();
    for (const events of [second, first, fourth, last, last]) following.hint(id, events);
    await followed(id, 40);
    following.hint(id, last);
    await following.stop();
    expect(await indexOf(id)).toEqual(expected(5, 8));
  });

  test('with several processes that get the same hints', async () => {
    const { id, written } = await writtenTrail(6, 8);
    const following = [follower(), follower(), follower()];
    for (const events of written) for (const each of following) each.hint(id, events);
    await followed(id, 48);
    await Promise.all(following.map((each) => each.stop()));
    expect(await indexOf(id)).toEqual(expected(6, 8));
  });

  test('after a rebuild, whatever it contained', async () => {
    const { id, written } = await writtenTrail(2, 600);
    const following = follower();
    for (const events of written) following.hint(id, events);
    await followed(id, 1_200);
    await administer(trail.database.ownerUrl, async (owner) => {
      await owner.query('delete from event_targets where organization_id = $1 and seq % 3 = 0', [
        id,
      ]);
      await owner.query(`update event_targets set target_id = 'x' where organization_id = $1`, [
        id,
      ]);
    });
    await following.rebuild('targets', id);
    await followed(id, 1_200);
    await following.stop();
    expect(await indexOf(id)).toEqual(expected(2, 600));
  });

  test('without hints, and with more events than fit in one transaction', async () => {
    const { id } = await writtenTrail(3, 1_000);
    const following = follower();
    await followed(id, 3_000);
    await following.stop();
    expect(await indexOf(id)).toEqual(expected(3, 1_000));
  });
});
