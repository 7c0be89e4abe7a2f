import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mailTo, tokenIn } from './support/mails.ts';
import { readSetupToken } from '../src/portal/identity/create-first-owner.ts';
import { readTrailTypes } from './support/read-trail.ts';
import { password, startTestApp, type TestApp } from './support/test-app.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

let database: TestDatabase;
let app: TestApp;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await startTestApp(database);
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const owner = (token: string, email = 'ada@exciting.soda') => ({
  token,
  organizationName: 'Exciting Soda',
  name: 'Ada Okafor',
  email,
  password,
});

const createOwner = (input: object) => app.call('mutation', 'setup.createOwner', input);

async function count(table: 'users' | 'organizations' | 'members'): Promise<number> {
  const { rows } = await app.services.db.pool.query<{ count: number }>(
    `select count(*)::int as count from ${table}`,
  );
  return rows[0]?.count ?? 0;
}

it('the link creates the first owner once, completely or not at all', async () => {
  const token = (await readSetupToken(app.services)) ?? '';
  expect(token).toMatch(/^[\w-]{43}$/);
  for (const wrong of ['', token.slice(1), `${token}x`, 'ä'.repeat(43)]) {
    expect((await createOwner(owner(wrong))).status, wrong).toBe(404);
  }
  // A user without an organisation would invalidate the link and could do nothing.
  const nameless = await createOwner({ ...owner(token), organizationName: ' ' });
  expect(nameless.status).toBe(400);
  expect(await count('users')).toBe(0);
  expect(await count('organizations')).toBe(0);

  const answers = await Promise.all([
    createOwner(owner(token)),
    createOwner(owner(token, 'eve@exciting.soda')),
  ]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 404]);
  for (const table of ['users', 'organizations', 'members'] as const) {
    expect(await count(table)).toBe(1);
  }
  expect(await readSetupToken(app.services)).toBeUndefined();
  expect((await createOwner(owner(token, 'mallory@exciting.soda'))).status).toBe(404);
});

it('the trail begins with the creation of the organisation, which owns the domain', async () => {
  const { pool } = app.services.db;
  const { rows } = await pool.query<{ domain: string; organization_id: string }>(
    'select domain, organization_id from organization_domains',
  );
  expect(rows).toMatchObject([{ domain: 'exciting.soda' }]);
  await expect
    .poll(() => readTrailTypes(app.services, rows[0]?.organization_id ?? ''))
    .toEqual(['user.create', 'user.verified_email', 'organization.create']);
});

it('the first owner can sign in', async () => {
  const { rows } = await app.services.db.pool.query<{ email: string }>('select email from users');
  const cookie = await app.signIn(rows[0]?.email ?? '');
  const me = await app.call('query', 'session.me', undefined, { cookie });
  expect(await me.json()).toMatchObject({
    result: { data: { organizations: [{ name: 'Exciting Soda', role: 'owner' }] } },
  });
});

it('of the link and a concurrent sign-up of the same domain, one creates the organisation', async () => {
  await using empty = await createTestDatabase();
  await using server = await startTestApp(empty);
  const setupToken = (await readSetupToken(server.services)) ?? '';
  const email = 'sam@exciting.soda';
  await server.call('mutation', 'account.signUp', { email, name: 'Sam', password });
  const token = tokenIn(await mailTo(server, email));

  // Both have used their links before either checks who owns the domain.
  const holder = new pg.Client({ connectionString: empty.ownerUrl });
  await holder.connect();
  await holder.query('begin; lock table organization_domains');
  const verified = server.call('mutation', 'account.verifyEmail', { token, password });
  const owned = server.call('mutation', 'setup.createOwner', owner(setupToken));
  const waiting = async () => {
    const { rows } = await holder.query<{ count: string }>(
      `select count(distinct pid) from pg_locks
       where not granted and database = (select oid from pg_database where datname = current_database())`,
    );
    return Number(rows[0]?.count);
  };
  await expect.poll(waiting).toBe(2);
  await holder.query('commit');
  await holder.end();
  const answers = await Promise.all([verified, owned]);
  expect(answers[0].status).toBe(200);
  expect([200, 404]).toContain(answers[1].status);

  const { pool } = server.services.db;
  const { rows: domains } = await pool.query<{ organization_id: string }>(
    "select organization_id from organization_domains where domain = 'exciting.soda'",
  );
  const { rows: organizations } = await pool.query<{ id: string }>('select id from organizations');
  expect(organizations).toEqual(domains.map(({ organization_id: id }) => ({ id })));
  const id = organizations[0]?.id ?? '';
  await expect.poll(() => readTrailTypes(server.services, id)).toContain('organization.create');
});
