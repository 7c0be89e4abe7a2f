import { randomUUID } from 'node:crypto';
import { liblabCatalogue } from '@liblab/audit-core';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { openDatabase } from '../src/db/database.ts';
import { followTargets } from '../src/trail/follow/follow-targets.ts';
import { apiEvent, openTestWriter } from './support/emit.ts';
import { createTestDatabase } from './support/test-database.ts';

const never = Number.POSITIVE_INFINITY;

test('a follower that finds another at the trail comes back, without waiting for the sweep', async () => {
  await using database = await createTestDatabase();
  const db = openDatabase({ url: database.apiUrl });
  const organizationId = randomUUID();
  await using writer = await openTestWriter(db.options);
  await writer.emit(organizationId, [apiEvent()]);
  let tries = 0;
  const counted = {
    query: db.pool.query.bind(db.pool),
    connect: () => {
      tries += 1;
      return db.pool.connect();
    },
  } as Pool;
  const follower = followTargets({
    pool: counted,
    catalogue: liblabCatalogue,
    log: pino({ level: 'silent' }),
    sweepMs: never,
  });
  follower.start();
  const followed = async () => {
    const { rows } = await db.pool.query('select next_seq from projections');
    return (rows[0] as { next_seq: number } | undefined)?.next_seq;
  };
  const patiently = { timeout: 20_000, interval: 20 };
  follower.hint(organizationId);
  await vi.waitFor(async () => expect(await followed()).toBe(1), patiently);

  // The other one, which has read the trail before the next event comes.
  const other = await db.pool.connect();
  await other.query('begin');
  await other.query('select from projections for update');
  await writer.emit(organizationId, [apiEvent()]);
  const before = tries;
  follower.hint(organizationId);
  await vi.waitFor(() => expect(tries).toBeGreaterThan(before), patiently);
  await vi.waitFor(() => expect(db.pool.idleCount).toBe(db.pool.totalCount - 1), patiently);
  await other.query('commit');
  other.release();
  await vi.waitFor(async () => expect(await followed()).toBe(2), patiently);
  await follower.stop();
  await db.close();
});
