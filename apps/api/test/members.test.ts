/** Members: changing roles, removing members, and the recorded events. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeCursor } from '../src/http/page.ts';
import type { MemberPage } from '../src/portal/members/get-member.ts';
import type { MemberRow } from '../src/portal/members/list-members.ts';
import { createKey } from '../src/portal/keys/create-key.ts';
import { untilFollowed } from './support/follow.ts';
import { createTestTeam } from './support/test-team.ts';
import { isAct } from './support/read-trail.ts';
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

async function rolesIn(organizationId: string): Promise<Record<string, string>> {
  const members = await server.services.db.models.Member.findAll({ where: { organizationId } });
  return Object.fromEntries(members.map(({ userId, role }) => [userId, role]));
}

describe('changing a role', () => {
  test('takes effect immediately and is recorded with the previous role', async () => {
    const { call, people, events } = await createTestTeam(server, 'change', everyRole);
    const change = await call('adam', 'mutation', 'members.changeRole', {
      userId: people.mia.id,
      role: 'admin',
    });
    expect(change.status).toBe(200);
    expect((await call('mia', 'query', 'keys.list')).status).toBe(200);
    expect(await events(1)).toMatchObject([
      {
        type: 'member.change_role',
        outcome: 'success',
        actor: { id: people.adam.id, email: people.adam.email },
        targets: [{ type: 'user', id: people.mia.id, name: 'mia' }],
        details: { email: people.mia.email, from: 'member', to: 'admin' },
        changes: [{ path: 'role', before: 'member', after: 'admin' }],
        context: { service: 'portal', ip: '127.0.0.1' },
      },
    ]);
  });

  test('to the same role changes and records nothing', async () => {
    const { call, people, events } = await createTestTeam(server, 'same', everyRole);
    for (const role of ['member', 'auditor']) {
      const input = { userId: people.mia.id, role };
      expect((await call('olive', 'mutation', 'members.changeRole', input)).status).toBe(200);
    }
    expect(await events(1)).toHaveLength(1);
  });

  test.each([
    ['adam', 'olive', 'member', 'owner_required'],
    ['adam', 'mia', 'owner', 'owner_required'],
    ['adam', 'adam', 'member', 'own_role'],
    ['olive', 'olive', 'admin', 'last_owner'],
    ['una', 'mia', 'admin', 'missing_permission'],
    ['mia', 'mia', 'owner', 'missing_permission'],
  ] as const)(
    '%s cannot make %s %s, and the attempt is recorded as denied',
    async (who, whom, role, reason) => {
      const team = await createTestTeam(server, `${who}-${whom}-${role}`, everyRole);
      const { call, people, events } = team;
      const before = await rolesIn(team.id);
      const answer = await call(who, 'mutation', 'members.changeRole', {
        userId: people[whom].id,
        role,
      });
      expect(answer).toMatchObject({ status: 403, error: { code: 'forbidden' } });
      expect(await rolesIn(team.id)).toEqual(before);
      const [event, ...others] = await events(1);
      expect(others).toEqual([]);
      expect(event).toMatchObject({
        type: 'member.change_role',
        outcome: 'denied',
        reason,
        actor: { id: people[who].id },
        targets: [{ id: people[whom].id }],
      });
      expect(event?.changes).toBeUndefined();
    },
  );

  test('an owner who is not the last one may step down', async () => {
    const { call, people, id } = await createTestTeam(server, 'step', {
      ...everyRole,
      otto: 'owner',
    });
    const input = { userId: people.olive.id, role: 'member' };
    expect((await call('olive', 'mutation', 'members.changeRole', input)).status).toBe(200);
    expect((await rolesIn(id))[people.olive.id]).toBe('member');
  });

  test.each([
    ['demote', 'members.changeRole', { role: 'member' }],
    ['remove', 'members.remove', {}],
  ] as const)(
    'two owners who %s each other in the same moment leave one',
    async (how, path, input) => {
      const two = { olive: 'owner', otto: 'owner' } as const;
      const { call, people, id } = await createTestTeam(server, `race-${how}`, two);
      await Promise.all([people.olive.headers(), people.otto.headers()]);
      const answers = await together(id, () => [
        call('olive', 'mutation', path, { ...input, userId: people.otto.id }),
        call('otto', 'mutation', path, { ...input, userId: people.olive.id }),
      ]);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      const roles = Object.values(await rolesIn(id));
      expect(roles.filter((role) => role === 'owner')).toHaveLength(1);
    },
  );
});

/** Locks the organisation's members until both calls wait for the lock, so that they run concurrently. */
async function together<Result>(
  organizationId: string,
  begin: () => Promise<Result>[],
): Promise<Result[]> {
  const { pool } = server.services.db;
  const client = await pool.connect();
  await client.query('begin');
  await client.query('select from members where organization_id = $1 for update', [organizationId]);
  const calls = begin();
  await expect
    .poll(async () => {
      const { rows } = await pool.query<{ count: number }>(
        `select count(*) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows[0]?.count;
    })
    .toBe(calls.length);
  await client.query('commit');
  client.release();
  return Promise.all(calls);
}

describe('removing a member', () => {
  test('ends the tokens that they created here, and moves their sessions to another organisation', async () => {
    const team = await createTestTeam(server, 'leave', everyRole);
    const { call, people, events, id } = team;
    const other = await createTestTeam(server, 'elsewhere', { olive: 'owner' });
    const { db, clock } = server.services;
    await db.models.Member.create({
      organizationId: other.id,
      userId: people.mia.id,
      role: 'member',
      createdAt: new Date(clock()),
    });
    const { data: made } = await call<{ token: { id: string }; secret: string }>(
      'mia',
      'mutation',
      'tokens.create',
      { name: 'Laptop' },
    );
    const both = await createKey({ db, clock }, null, {
      name: 'Both',
      scopes: ['build'],
      organizationIds: [id, other.id],
      createdBy: people.mia.id,
    });
    const reads = (organizationId: string) =>
      server.call(
        'query',
        'builds.list',
        { organizationId },
        {
          authorization: `Bearer ${both.secret}`,
        },
      );
    expect((await reads(id)).status).toBe(200);

    const removal = await call('adam', 'mutation', 'members.remove', { userId: people.mia.id });
    expect(removal.status).toBe(200);
    expect((await reads(id)).status).toBe(404);
    expect((await reads(other.id)).status).toBe(200);
    expect((await call('mia', 'query', 'members.list')).status).toBe(404);
    const me = await server.call('query', 'session.me', undefined, await people.mia.headers());
    expect(await me.json()).toMatchObject({
      result: { data: { activeOrganizationId: other.id } },
    });
    const recorded = await events(4);
    expect(recorded.map(({ type }) => type)).toEqual([
      'user.add_ci_token',
      'member.remove',
      'user.remove_ci_token',
      'user.remove_ci_token',
    ]);
    expect(recorded[1]).toMatchObject({
      actor: { id: people.adam.id },
      targets: [{ type: 'user', id: people.mia.id, name: 'mia' }],
      details: { email: people.mia.email, role: 'member' },
    });
    expect(new Set(recorded.slice(2).map(({ details }) => details['tokenId']))).toEqual(
      new Set([made?.token.id, both.id]),
    );
  });

  test.each([
    ['adam', 'olive', 'owner_required'],
    ['olive', 'olive', 'last_owner'],
    ['una', 'mia', 'missing_permission'],
    ['mia', 'olive', 'missing_permission'],
  ] as const)(
    '%s cannot remove %s, and the attempt is recorded as denied',
    async (who, whom, reason) => {
      const { call, people, events, id } = await createTestTeam(
        server,
        `rm-${who}-${whom}`,
        everyRole,
      );
      const answer = await call(who, 'mutation', 'members.remove', { userId: people[whom].id });
      expect(answer.status).toBe(403);
      expect(Object.keys(await rolesIn(id))).toHaveLength(4);
      expect(await events(1)).toMatchObject([{ type: 'member.remove', outcome: 'denied', reason }]);
    },
  );
});

describe('the list', () => {
  test('shows when each was last seen, only to callers who manage members', async () => {
    const { call, people, events } = await createTestTeam(server, 'seen', everyRole);
    await call('mia', 'mutation', 'tokens.create', { name: 'Seen' });
    const [event] = await events(1);
    const seenBy = async (who: 'adam' | 'una' | 'mia') => {
      const { data } = await call<{ members: MemberRow[]; invitations: unknown }>(
        who,
        'query',
        'members.list',
      );
      expect(data?.members.map(({ name }) => name)).toEqual(['olive', 'adam', 'una', 'mia']);
      return [
        data?.members.find(({ userId }) => userId === people.mia.id)?.lastActivityAt,
        data?.invitations,
      ];
    };
    expect(await seenBy('adam')).toEqual([event?.at, []]);
    expect(await seenBy('una')).toEqual([undefined, undefined]);
    expect(await seenBy('mia')).toEqual([undefined, undefined]);
  });
});

test('the pages of the list contain each member once', async () => {
  const team = await createTestTeam(server, 'pages', everyRole);
  type Page = { members: MemberRow[]; next?: string };
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    expect(seen.length).toBeLessThan(4);
    const { data } = await team.call<Page>('mia', 'query', 'members.list', {
      limit: 1,
      ...(cursor ? { cursor } : {}),
    });
    expect(data?.members).toHaveLength(1);
    seen.push(...(data?.members ?? []).map(({ userId }) => userId));
    cursor = data?.next;
  } while (cursor);
  expect(seen.toSorted()).toEqual(
    Object.values(team.people)
      .map(({ id }) => id)
      .toSorted(),
  );
  const tooMany = await team.call('mia', 'query', 'members.list', { limit: 501 });
  expect(tooMany.status).toBe(400);
});

test.each([
  [['0000-01-01T00:00:00.000Z', '00000000-0000-4000-8000-000000000000']],
  [['2026-01-01T00:00:00.000Z', 'nobody']],
  [['2026-01-01T00:00:00.000Z']],
  [[7]],
])('a cursor that no list made is refused: %j', async (keys) => {
  const slug = `cursor-${Buffer.from(JSON.stringify(keys)).toString('hex').slice(-12)}`;
  const { call } = await createTestTeam(server, slug, { olive: 'owner' });
  const { status, error } = await call('olive', 'query', 'members.list', {
    cursor: encodeCursor(keys),
  });
  expect([status, error?.code]).toEqual([400, 'invalid_cursor']);
});

describe("a member's page", () => {
  test('has the history for callers who may read the trail, and the tokens for their owner', async () => {
    const { call, people, events } = await createTestTeam(server, 'page', everyRole);
    await call('mia', 'mutation', 'tokens.create', { name: 'Laptop' });
    await call('adam', 'mutation', 'members.changeRole', {
      userId: people.mia.id,
      role: 'auditor',
    });
    await events(2);
    await untilFollowed(server.services.db.pool);
    const page = async (who: 'adam' | 'una' | 'mia', whom: 'mia' | 'olive') => {
      const { data } = await call<MemberPage>(who, 'query', 'members.get', {
        userId: people[whom].id,
      });
      return {
        types: data?.events?.map(({ type }) => type).filter(isAct) ?? null,
        tokens: data?.tokens?.map(({ name }) => name) ?? null,
        role: data?.membership?.role,
      };
    };
    expect(await page('adam', 'mia')).toEqual({
      types: ['member.change_role', 'user.add_ci_token'],
      tokens: ['Laptop'],
      role: 'auditor',
    });
    expect(await page('una', 'mia')).toMatchObject({ tokens: null });
    await call('adam', 'mutation', 'members.changeRole', { userId: people.mia.id, role: 'member' });
    expect(await page('mia', 'mia')).toEqual({ types: null, tokens: ['Laptop'], role: 'member' });
    expect(await page('mia', 'olive')).toEqual({ types: null, tokens: null, role: 'owner' });
  });

  test('shows a removed member to callers who may read the trail; others get not found', async () => {
    const { call, people, events } = await createTestTeam(server, 'gone', everyRole);
    await call('mia', 'mutation', 'tokens.create', { name: 'Laptop' });
    await call('adam', 'mutation', 'members.changeRole', { userId: people.mia.id, role: 'admin' });
    await call('mia', 'mutation', 'members.changeRole', { userId: people.una.id, role: 'member' });
    await call('adam', 'mutation', 'members.remove', { userId: people.mia.id });
    await events(5);
    await untilFollowed(server.services.db.pool);
    const ask = (who: 'adam' | 'una') =>
      call<MemberPage>(who, 'query', 'members.get', { userId: people.mia.id });
    const { data } = await ask('adam');
    expect(data).toMatchObject({ member: { name: 'mia' }, membership: null });
    expect(data).not.toHaveProperty('tokens');
    expect(data?.events?.map(({ type }) => type)).toEqual([
      'member.remove',
      'member.change_role',
      'member.change_role',
      'user.add_ci_token',
      'session.sign_in',
    ]);
    expect((await ask('una')).status).toBe(404);
  });
});
