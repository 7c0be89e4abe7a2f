/** The outbox: an act and its event commit together, and each event reaches the trail once. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Source } from '../src/access/source.ts';
import {
  recordAct,
  recordPersonalAct,
  releaseActs,
  type Act,
  type Destination,
} from '../src/trail/record/record-act.ts';
import { outboxLock } from '../src/db/locks.ts';
import { appendActs } from '../src/trail/ingest/append-acts.ts';
import { relayRound, type OutboxEvent } from '../src/trail/record/relay-outbox.ts';
import { createOrganization } from '../src/portal/identity/create-organization.ts';
import { createUser } from '../src/portal/accounts/create-user.ts';
import { readTrailTypes } from './support/read-trail.ts';
import { startTestApp, type TestApp } from './support/test-app.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

let database: TestDatabase;
let server: TestApp;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startTestApp(database);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const source: Source = { actor: { type: 'user', id: '1' }, context: {}, keyId: null };

function signIn(destination: Destination): Act<'session.sign_in'> {
  return {
    ...destination,
    type: 'session.sign_in',
    targets: [{ type: 'user', id: '1' }],
    details: {},
  };
}

test('a committed act is in the trail once, a rolled-back act never', async () => {
  const { services } = server;
  const { id: organizationId } = await createOrganization(services, null, { name: 'Acts' });
  const { sequelize } = services.db;
  await sequelize.transaction((tx) => recordAct(services, tx, source, signIn({ organizationId })));
  const undone = sequelize.transaction(async (tx) => {
    await recordAct(services, tx, source, signIn({ organizationId }));
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  await sequelize.transaction((tx) => recordAct(services, tx, source, signIn({ organizationId })));
  await expect
    .poll(() => readTrailTypes(services, organizationId))
    .toEqual(['session.sign_in', 'session.sign_in']);
  await expect.poll(() => waiting(server)).toBe(0);
});

test('an event that was appended but not yet deleted is not appended again', async () => {
  const { services } = server;
  const { id: organizationId } = await createOrganization(services, null, { name: 'Twice' });
  const event = {
    ...signIn({ organizationId }),
    organizationId: undefined,
    id: randomUUID(),
    occurredAt: new Date().toISOString(),
    actor: source.actor,
    context: {},
  };
  for (let time = 0; time < 2; time += 1) {
    await services.db.pool.query(
      'insert into outbox (event_id, organization_id, event) values ($1, $2, $3)',
      [event.id, organizationId, JSON.stringify(event)],
    );
    services.relay.wake();
    await expect.poll(() => waiting(server)).toBe(0);
  }
  expect(await readTrailTypes(services, organizationId)).toEqual(['session.sign_in']);
});

test('events of a user without an organisation go to the first trail that they join', async () => {
  const { services } = server;
  const { sequelize } = services.db;
  const { id: known } = await createOrganization(services, null, { name: 'Known' });
  const { id: userId } = await createUser(services, null, {
    email: 'early@example.com',
    name: 'Early',
    password: 'correct horse battery',
    emailVerified: true,
  });
  await sequelize.transaction((tx) =>
    recordAct(services, tx, source, signIn({ firstTrailOf: userId })),
  );
  expect(await waiting(server)).toBe(1);
  // It belongs to no organisation yet: it is not offered to any trail.
  const logged = server.logged.length;
  await sequelize.transaction((tx) =>
    recordAct(services, tx, source, signIn({ organizationId: known })),
  );
  await expect.poll(() => readTrailTypes(services, known)).toEqual(['session.sign_in']);
  expect(
    server.logged.slice(logged).filter((line) => line.includes('could not be relayed')),
  ).toEqual([]);
  const { id: organizationId } = await createOrganization(services, null, { name: 'First' });
  await sequelize.transaction((tx) => releaseActs(services, tx, { userId, organizationId }));
  await expect.poll(() => readTrailTypes(services, organizationId)).toEqual(['session.sign_in']);
});

test('for a user without an organisation, the account and the last 100 events wait, and later go to the trail', async () => {
  const { services } = server;
  const { sequelize, pool } = services.db;
  const { id: userId } = await createUser(services, null, {
    email: 'alone@example.com',
    name: 'Alone',
    password: 'correct horse battery',
    emailVerified: true,
  });
  await sequelize.transaction((tx) =>
    recordAct(services, tx, source, {
      type: 'user.create',
      firstTrailOf: userId,
      targets: [{ type: 'user', id: '1' }],
      details: { email: 'alone@example.com', name: 'Alone', via: 'sign-up' },
    }),
  );
  for (let n = 0; n < 130; n += 1) {
    const context = { requestId: `sign-in ${n}` };
    await sequelize.transaction((tx) =>
      recordPersonalAct(
        services,
        tx,
        { ...source, context },
        { userId, type: 'session.sign_in', targets: [{ type: 'user', id: '1' }], details: {} },
      ),
    );
  }
  const { rows } = await pool.query<{ type: string; request: string | null }>(
    `select event->>'type' as type, event->'context'->>'requestId' as request
     from outbox where user_id = $1 order by position`,
    [userId],
  );
  expect(rows).toHaveLength(101);
  expect(rows[0]).toEqual({ type: 'user.create', request: null });
  expect([rows[1]?.request, rows.at(-1)?.request]).toEqual(['sign-in 30', 'sign-in 129']);
  const { id: organizationId } = await createOrganization(services, null, { name: 'Alone' });
  await sequelize.transaction((tx) => releaseActs(services, tx, { userId, organizationId }));
  await expect.poll(async () => (await readTrailTypes(services, organizationId)).length).toBe(101);
});

test('an act whose event does not match its type is rolled back', async () => {
  const { services } = server;
  const { id: organizationId } = await createOrganization(services, null, { name: 'Unfit' });
  const act = services.db.sequelize.transaction((tx) =>
    recordAct(services, tx, source, {
      ...signIn({ organizationId }),
      details: { more: 1 },
    } as never),
  );
  await expect(act).rejects.toThrow('$.details.more');
});

test('an event that the trail rejects stays with the reason and does not block later ones', async () => {
  const { services } = server;
  const { id: organizationId } = await createOrganization(services, null, { name: 'Refused' });
  const { pool, sequelize } = services.db;
  await pool.query('insert into outbox (event_id, organization_id, event) values ($1, $2, $3)', [
    randomUUID(),
    organizationId,
    '{"type": "session.sign_in"}',
  ]);
  await sequelize.transaction((tx) => recordAct(services, tx, source, signIn({ organizationId })));
  await expect.poll(() => readTrailTypes(services, organizationId)).toEqual(['session.sign_in']);
  const { rows } = await pool.query<{ refused: string }>(
    'select refused from outbox where organization_id = $1',
    [organizationId],
  );
  expect(rows).toEqual([{ refused: expect.stringContaining('invalid_event') as string }]);
  await pool.query('select 1');
});

async function waiting({ services }: TestApp): Promise<number> {
  const { rows } = await services.db.pool.query<{ count: number }>(
    'select count(*) from outbox where refused is null',
  );
  return rows[0]?.count ?? 0;
}

test('an organisation whose append fails does not block others, and is retried', async () => {
  const { services } = server;
  const { db, log } = services;
  const { id: full } = await createOrganization({ db, clock: Date.now }, null, { name: 'Full' });
  const { id: other } = await createOrganization({ db, clock: Date.now }, null, { name: 'Other' });
  const client = await db.jobs.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [outboxLock]);
    const record = (organizationId: string, times: number) =>
      db.sequelize.transaction(async (tx) => {
        for (let n = 0; n < times; n += 1)
          await recordAct(services, tx, source, signIn({ organizationId }));
      });
    // More events than one round takes.
    await record(full, 250);
    await record(other, 1);
    const append = async (acts: readonly OutboxEvent[]) => {
      if (acts.some(({ organizationId }) => organizationId === full)) throw new Error('full');
      return appendActs(services, acts);
    };
    const resting = new Set<string>();
    while (await relayRound(client, append, log, resting));
    expect([...resting]).toEqual([full]);
    expect(await readTrailTypes(services, other)).toEqual(['session.sign_in']);
    expect(await readTrailTypes(services, full)).toEqual([]);
  } finally {
    client.release(true);
  }
  await expect.poll(async () => (await readTrailTypes(services, full)).length).toBe(250);
});
