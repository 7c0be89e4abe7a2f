/** Acts that a role may not do: refused, nothing of them stands, and the trail records who tried and why not. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KeyRow } from '../src/portal/keys/list-keys.ts';
import { openOffice } from './support/office.ts';
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

const everyRole = { olive: 'owner', adam: 'admin', una: 'auditor', mia: 'member' } as const;

test.each([
  ['adam', 'organizations.update', { name: 'Mine', membersMayJoin: true }, 'organization.update'],
  ['mia', 'organizations.update', { name: 'Mine', membersMayJoin: true }, 'organization.update'],
  ['una', 'keys.create', { name: 'Wide', scopes: ['read', 'emit'] }, 'user.add_ci_token'],
  ['mia', 'keys.create', { name: 'Wide', scopes: ['build'] }, 'user.add_ci_token'],
  ['una', 'tokens.create', { name: 'Laptop' }, 'user.add_ci_token'],
] as const)('%s is refused %s, which is recorded as denied', async (who, path, input, type) => {
  const office = await openOffice(server, `${who}-${path}`.replace('.', '-'), everyRole);
  const { status, error } = await office.call(who, 'mutation', path, input);
  expect([status, error?.code]).toEqual([403, 'forbidden']);
  const [event] = await office.events(1);
  expect(event).toMatchObject({
    type,
    outcome: 'denied',
    reason: 'missing_permission',
    actor: { id: office.people[who].id },
  });
  const { db } = server.services;
  const keys = await db.models.KeyOrganization.count({ where: { organizationId: office.id } });
  const organization = await db.models.Organization.findByPk(office.id, { rejectOnEmpty: true });
  expect({ keys, name: organization.name }).toEqual({
    keys: 0,
    name: `${who}-${path}`.replace('.', '-'),
  });
});

test('a refused change of settings tells what was wanted', async () => {
  const office = await openOffice(server, 'wanted', everyRole);
  await office.call('mia', 'mutation', 'organizations.update', {
    name: 'Mine',
    membersMayJoin: false,
  });
  const [event] = await office.events(1);
  expect(event).toMatchObject({
    targets: [{ type: 'organization', id: office.id, name: 'wanted' }],
    changes: [{ path: 'name', before: 'wanted', after: 'Mine' }],
  });
});

test('revoking by who may have no tokens is refused and recorded', async () => {
  const office = await openOffice(server, 'revoking', everyRole);
  const { data } = await office.call<{ token: KeyRow }>('mia', 'mutation', 'tokens.create', {
    name: 'Laptop',
  });
  const answer = await office.call('una', 'mutation', 'tokens.revoke', { id: data?.token.id });
  expect(answer.status).toBe(403);
  expect((await office.events(2))[1]).toMatchObject({
    type: 'user.remove_ci_token',
    outcome: 'denied',
    actor: { id: office.people.una.id },
  });
});

test('a person has 100 keys that still work at most, however many are made at once', async () => {
  const office = await openOffice(server, 'many', everyRole);
  const { sequelize } = server.services.db;
  await sequelize.query(
    `with made as (
       insert into keys (id, name, hash, prefix, scopes, created_at, created_by, expires_at)
       select gen_random_uuid(), 'K' || n, sha256(n::text::bytea), 'llat_xxxx', array['build'], now(), $1, now() + interval '1 day'
       from generate_series(1, 98) n returning id)
     insert into key_organizations (key_id, organization_id) select id, $2 from made`,
    { bind: [office.people.mia.id, office.id] },
  );
  const make = () =>
    office.call<{ token: KeyRow }>('mia', 'mutation', 'tokens.create', { name: 'x' });
  const answers = await Promise.all([make(), make(), make()]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 409]);
  const made = answers.find(({ data }) => data)?.data?.token.id;
  await office.call('mia', 'mutation', 'tokens.revoke', { id: made });
  expect((await make()).status).toBe(200);
});
