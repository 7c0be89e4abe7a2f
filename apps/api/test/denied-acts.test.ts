/** Acts that a role may not do are denied, have no effect, and are recorded with the reason. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KeyRow } from '../src/portal/keys/list-keys.ts';
import { createTestTeam } from './support/test-team.ts';
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
  const team = await createTestTeam(server, `${who}-${path}`.replace('.', '-'), everyRole);
  const { status, error } = await team.call(who, 'mutation', path, input);
  expect([status, error?.code]).toEqual([403, 'forbidden']);
  const [event] = await team.events(1);
  expect(event).toMatchObject({
    type,
    outcome: 'denied',
    reason: 'missing_permission',
    actor: { id: team.people[who].id },
  });
  const { db } = server.services;
  const keys = await db.models.KeyOrganization.count({ where: { organizationId: team.id } });
  const organization = await db.models.Organization.findByPk(team.id, { rejectOnEmpty: true });
  expect({ keys, name: organization.name }).toEqual({
    keys: 0,
    name: `${who}-${path}`.replace('.', '-'),
  });
});

test('a denied change of settings records what was requested', async () => {
  const team = await createTestTeam(server, 'wanted', everyRole);
  await team.call('mia', 'mutation', 'organizations.update', {
    name: 'Mine',
    membersMayJoin: false,
  });
  const [event] = await team.events(1);
  expect(event).toMatchObject({
    targets: [{ type: 'organization', id: team.id, name: 'wanted' }],
    changes: [{ path: 'name', before: 'wanted', after: 'Mine' }],
  });
});

test('revoking by a role that cannot have tokens is denied and recorded', async () => {
  const team = await createTestTeam(server, 'revoking', everyRole);
  const { data } = await team.call<{ token: KeyRow }>('mia', 'mutation', 'tokens.create', {
    name: 'Laptop',
  });
  const answer = await team.call('una', 'mutation', 'tokens.revoke', { id: data?.token.id });
  expect(answer.status).toBe(403);
  expect((await team.events(2))[1]).toMatchObject({
    type: 'user.remove_ci_token',
    outcome: 'denied',
    actor: { id: team.people.una.id },
  });
});

test('a person has at most 100 valid keys, also with concurrent creation', async () => {
  const team = await createTestTeam(server, 'many', everyRole);
  const { sequelize } = server.services.db;
  await sequelize.query(
    `with made as (
       insert into keys (id, name, hash, prefix, scopes, created_at, created_by, expires_at)
       select gen_random_uuid(), 'K' || n, sha256(n::text::bytea), 'llat_xxxx', array['build'], now(), $1, now() + interval '1 day'
       from generate_series(1, 98) n returning id)
     insert into key_organizations (key_id, organization_id) select id, $2 from made`,
    { bind: [team.people.mia.id, team.id] },
  );
  const make = () =>
    team.call<{ token: KeyRow }>('mia', 'mutation', 'tokens.create', { name: 'x' });
  const answers = await Promise.all([make(), make(), make()]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 409]);
  const made = answers.find(({ data }) => data)?.data?.token.id;
  await team.call('mia', 'mutation', 'tokens.revoke', { id: made });
  expect((await make()).status).toBe(200);
});
