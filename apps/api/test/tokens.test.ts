/** CI tokens and keys: made and revoked by people, each with its event. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorizeKey } from '../src/access/authorize.ts';
import { addMember } from '../src/portal/accounts/add-member.ts';
import { createKey } from '../src/portal/keys/create-key.ts';
import type { TokenPage } from '../src/portal/keys/get-token.ts';
import type { KeyRow } from '../src/portal/keys/list-keys.ts';
import { untilFollowed } from './support/follow.ts';
import { createTestTeam } from './support/test-team.ts';
import { buildDefaults } from './support/portal-tool.ts';
import { startTestApp, type TestApp } from './support/test-app.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

const day = 24 * 60 * 60 * 1000;
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
type TestTeam = Awaited<ReturnType<typeof createTestTeam<keyof typeof everyRole>>>;

async function makeToken({ call }: TestTeam, who: 'adam' | 'mia' = 'mia', input: object = {}) {
  const { data, error } = await call<{ token: KeyRow; secret: string }>(
    who,
    'mutation',
    'tokens.create',
    { name: 'LIBLAB_TOKEN', ...input },
  );
  if (!data) throw new Error(JSON.stringify(error));
  return data;
}

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

describe('a CI token', () => {
  test('is a key with the scope build, valid for 90 days by default, and is recorded', async () => {
    const team = await createTestTeam(server, 'make', everyRole);
    const { token, secret } = await makeToken(team, 'mia', { name: ' Laptop ' });
    expect(token).toMatchObject({
      name: 'Laptop',
      scopes: ['build'],
      createdBy: { userId: team.people.mia.id },
    });
    expect(Date.parse(token.expiresAt) - Date.parse(token.createdAt)).toBe(90 * day);
    const [event] = await team.events(1);
    expect(event).toMatchObject({
      type: 'user.add_ci_token',
      actor: { id: team.people.mia.id },
      targets: [{ type: 'ci-token', id: token.id, name: 'Laptop' }],
      details: {
        name: 'Laptop',
        tokenId: token.id,
        expiresAt: token.expiresAt,
        scopes: ['build'],
      },
    });
    expect(JSON.stringify(event)).not.toContain(secret.slice(5));
  });

  test.each([0, 365, 1.5])('for %s days is rejected', async (days) => {
    const { call } = await createTestTeam(
      server,
      `days-${String(days).replace('.', '-')}`,
      everyRole,
    );
    const answer = await call('mia', 'mutation', 'tokens.create', { name: 'x', days });
    expect(answer).toMatchObject({ status: 400, error: { path: '$.days' } });
  });

  test('is listed only for its creator; callers who manage keys see all', async () => {
    const team = await createTestTeam(server, 'list', everyRole);
    const { token: mias } = await makeToken(team);
    const { token: adams } = await makeToken(team, 'adam');
    const listed = async (who: 'adam' | 'mia', path: 'tokens.list' | 'keys.list') => {
      const { data } = await team.call<{ tokens?: KeyRow[]; keys?: KeyRow[] }>(who, 'query', path);
      return (data?.tokens ?? data?.keys ?? []).map(({ id }) => id).toSorted();
    };
    expect(await listed('mia', 'tokens.list')).toEqual([mias.id]);
    expect(await listed('adam', 'tokens.list')).toEqual([adams.id]);
    expect(await listed('adam', 'keys.list')).toEqual([adams.id, mias.id].toSorted());
  });

  test('cannot create, list or revoke tokens', async () => {
    const team = await createTestTeam(server, 'self', everyRole);
    const { token, secret } = await makeToken(team);
    for (const [type, path, input] of [
      ['query', 'tokens.list', {}],
      ['mutation', 'tokens.create', { name: 'child' }],
      ['mutation', 'tokens.revoke', { id: token.id }],
    ] as const) {
      expect((await server.call(type, path, input, bearer(secret))).status, path).toBe(403);
    }
  });

  test('is invalid once its creator is no longer a member', async () => {
    const team = await createTestTeam(server, 'ended', everyRole);
    const { secret } = await makeToken(team);
    const { db } = server.services;
    await db.models.Member.destroy({
      where: { organizationId: team.id, userId: team.people.mia.id },
    });
    server.advance(5_001);
    await expect(server.services.keys.find(`Bearer ${secret}`)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });
});

describe('revoking', () => {
  test('takes effect immediately here and within 5 seconds elsewhere, and is recorded once', async () => {
    await using other = await startTestApp(database);
    const team = await createTestTeam(server, 'revoke', everyRole);
    const { token, secret } = await makeToken(team);
    const find = (at: TestApp) =>
      at.services.keys.find(`Bearer ${secret}`).then(
        () => 'found',
        (error: { code: string }) => error.code,
      );
    expect([await find(server), await find(other)]).toEqual(['found', 'found']);
    const revoke = () => team.call('mia', 'mutation', 'tokens.revoke', { id: token.id });
    const answers = await Promise.all([revoke(), revoke(), revoke()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await find(server)).toBe('unauthenticated');
    other.advance(5_001);
    expect(await find(other)).toBe('unauthenticated');
    await team.call('adam', 'mutation', 'tokens.create', { name: 'After' });
    expect((await team.events(3)).map(({ type }) => type)).toEqual([
      'user.add_ci_token',
      'user.remove_ci_token',
      'user.add_ci_token',
    ]);
  });

  test("of another person's token is denied and recorded, unless the caller manages keys", async () => {
    const team = await createTestTeam(server, 'others', everyRole);
    const { token } = await makeToken(team, 'adam');
    const revoke = (who: 'mia' | 'una' | 'olive', path: 'tokens.revoke' | 'keys.revoke') =>
      team.call(who, 'mutation', path, { id: token.id });
    expect((await revoke('mia', 'tokens.revoke')).status).toBe(403);
    expect((await revoke('una', 'keys.revoke')).status).toBe(403);
    expect((await revoke('olive', 'keys.revoke')).status).toBe(200);
    const events = await team.events(4);
    expect(events.map(({ type, outcome, actor }) => [type, outcome, actor.name])).toEqual([
      ['user.add_ci_token', 'success', 'adam'],
      ['user.remove_ci_token', 'denied', 'mia'],
      ['user.remove_ci_token', 'denied', 'una'],
      ['user.remove_ci_token', 'success', 'olive'],
    ]);
    expect(events[1]?.reason).toBe('missing_permission');
  });
});

test('creating and revoking a service key is recorded with its scopes', async () => {
  const team = await createTestTeam(server, 'service', everyRole);
  const { data } = await team.call<{ key: KeyRow }>('adam', 'mutation', 'keys.create', {
    name: 'Build bot',
    scopes: ['read', 'emit'],
    emitTypes: ['user.build'],
  });
  await team.call('olive', 'mutation', 'keys.revoke', { id: data?.key.id });
  const events = await team.events(2);
  expect(events.map(({ type }) => type)).toEqual(['user.add_ci_token', 'user.remove_ci_token']);
  expect(events[0]?.details).toMatchObject({ tokenId: data?.key.id, scopes: ['emit', 'read'] });
});

describe('a key whose creator’s role is lowered', () => {
  const emit = (secret: string) =>
    fetch(`${server.url}/api/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(secret) },
      body: JSON.stringify({
        events: [
          {
            id: crypto.randomUUID(),
            type: 'user.create_api',
            occurredAt: new Date(server.services.clock()).toISOString(),
            actor: { type: 'user', id: '1190' },
            targets: [{ type: 'api', id: '520' }],
            details: { apiName: 'Llama Store', apiId: 520 },
          },
        ],
      }),
    }).then(({ status }) => status);

  test('has what its scopes and the new role both allow, immediately, and everything again when the role is raised', async () => {
    const team = await createTestTeam(server, 'lowered', everyRole);
    const { data: made } = await team.call<{ secret: string }>('adam', 'mutation', 'keys.create', {
      name: 'All',
      scopes: ['emit', 'import', 'build', 'read'],
    });
    const secret = made?.secret ?? '';
    const may = async () => ({
      trail: (await server.call('query', 'events.list', undefined, bearer(secret))).status,
      emit: await emit(secret),
      builds: (await server.call('query', 'builds.list', undefined, bearer(secret))).status,
      register: (await portalTool(secret)).status,
    });
    const portalTool = (key: string) =>
      fetch(`${server.url}/api/v1/builds`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearer(key) },
        body: JSON.stringify(buildDefaults()),
      });
    const giveRole = (role: string) =>
      team.call('olive', 'mutation', 'members.changeRole', {
        userId: team.people.adam.id,
        role,
      });
    const all = { trail: 200, emit: 200, builds: 200, register: 201 };
    expect(await may()).toEqual(all);
    await giveRole('member');
    expect(await may()).toEqual({ ...all, trail: 403, emit: 403 });
    await giveRole('auditor');
    expect(await may()).toEqual({ ...all, emit: 403, register: 403 });
    await giveRole('admin');
    expect(await may()).toEqual(all);
  });

  test('emits nothing in the organisation with the lowered role, and continues in others', async () => {
    const lowered = await createTestTeam(server, 'one-of-two', everyRole);
    const other = await createTestTeam(server, 'two-of-two', everyRole);
    const { db, clock } = server.services;
    const adam = lowered.people.adam.id;
    await addMember({ db, clock }, null, {
      organizationId: other.id,
      userId: adam,
      role: 'admin',
    });
    const spec = { name: 'Both', scopes: ['emit' as const], createdBy: adam };
    const { secret } = await createKey({ db, clock }, null, {
      ...spec,
      organizationIds: [lowered.id, other.id],
    });
    await lowered.call('olive', 'mutation', 'members.changeRole', { userId: adam, role: 'member' });
    const { organizationIds } = authorizeKey(
      await server.services.keys.find(`Bearer ${secret}`),
      'events:emit',
    );
    expect(organizationIds).toEqual([other.id]);
  });

  test('does not apply to keys created by the service', async () => {
    const { id } = await createTestTeam(server, 'of-service', everyRole);
    const { db, clock } = server.services;
    const { secret } = await createKey({ db, clock }, null, {
      name: 'Service',
      scopes: ['emit', 'read'],
      organizationIds: [id],
    });
    expect(await emit(secret)).toBe(200);
  });
});

describe("a key's page", () => {
  test('has its history: acts on it and events that it reported, newest first', async () => {
    const team = await createTestTeam(server, 'history', everyRole);
    const { data: made } = await team.call<{ key: KeyRow; secret: string }>(
      'adam',
      'mutation',
      'keys.create',
      { name: 'Bot', scopes: ['emit'] },
    );
    const event = {
      id: crypto.randomUUID(),
      type: 'user.create_api',
      occurredAt: new Date(server.services.clock()).toISOString(),
      actor: { type: 'user', id: '1190', email: 'ada@exciting.soda' },
      targets: [{ type: 'api', id: '520' }],
      details: { apiName: 'Llama Store', apiId: 520 },
    };
    await team.events(1);
    const emitted = await fetch(`${server.url}/api/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(made?.secret ?? '') },
      body: JSON.stringify({ events: [event] }),
    });
    expect(emitted.status).toBe(200);
    await team.call('adam', 'mutation', 'keys.revoke', { id: made?.key.id });
    await team.events(3);
    await untilFollowed(server.services.db.pool);
    const page = (who: 'adam' | 'una' | 'mia') =>
      team.call<TokenPage>(who, 'query', 'tokens.get', { id: made?.key.id });
    const { data } = await page('una');
    expect(data?.token).toMatchObject({ name: 'Bot', revokedBy: { name: 'adam' } });
    expect(data?.events?.map(({ type }) => type)).toEqual([
      'user.remove_ci_token',
      'user.create_api',
      'user.add_ci_token',
    ]);
    expect((await page('mia')).status).toBe(404);
    const { token } = await makeToken(team);
    const own = await team.call<TokenPage>('mia', 'query', 'tokens.get', { id: token.id });
    expect(own.data).toMatchObject({ token: { id: token.id } });
    expect(own.data).not.toHaveProperty('events');
  });
});
