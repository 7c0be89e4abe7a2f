/** Invitations, from the queued mail to the new member. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkToken } from '../src/access/link-token.ts';
import { recordAct } from '../src/trail/record/record-act.ts';
import { createUser } from '../src/portal/accounts/create-user.ts';
import type { InvitationOffer } from '../src/portal/members/read-invitation.ts';
import type { InvitationRow } from '../src/portal/members/list-invitations.ts';
import { mailTo, tokenIn } from './support/mails.ts';
import { answerOf, createTestTeam, type Answer } from './support/test-team.ts';
import { recordStatements } from './support/record-statements.ts';
import { password, startTestApp, type TestApp } from './support/test-app.ts';
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

const tokenOf = (id: string) => linkToken(server.services.config.secret, 'invitation', id);

async function follow<Data = { organizationId: string; email: string }>(
  what: 'read' | 'accept',
  id: string,
  input: object = {},
  headers: Record<string, string> = {},
): Promise<Answer<Data>> {
  const body = { token: tokenOf(id), ...input };
  return answerOf<Data>(await server.call('mutation', `invitations.${what}`, body, headers));
}

/** Whether anything was or will be sent to the address. */
async function isMailed(recipient: string): Promise<boolean> {
  const { rows } = await server.services.db.pool.query(
    "select from pgboss.job where data->>'recipient' = $1",
    [recipient],
  );
  return rows.length > 0 || (server.inbox?.list() ?? []).some(({ to }) => to === recipient);
}

async function invite(
  { call }: Pick<Awaited<ReturnType<typeof createTestTeam<'olive'>>>, 'call'>,
  email: string,
  role = 'member',
): Promise<string> {
  const { data, error } = await call<{ invitation: InvitationRow }>(
    'olive',
    'mutation',
    'invitations.create',
    { email, role },
  );
  if (!data) throw new Error(JSON.stringify(error));
  return data.invitation.id;
}

describe('an invitation', () => {
  test('is listed, mailed and recorded together', async () => {
    const team = await createTestTeam(server, 'invite', everyRole);
    const id = await invite(team, ' Priya@Exciting.Soda ', 'auditor');
    expect(await team.events(1)).toMatchObject([
      {
        type: 'user.invite_member',
        targets: [{ type: 'invitation', id }],
        details: { email: 'priya@exciting.soda', role: 'auditor' },
      },
    ]);
    const { data } = await team.call<{ invitations: InvitationRow[] }>(
      'adam',
      'query',
      'members.list',
    );
    expect(data?.invitations).toMatchObject([
      { id, email: 'priya@exciting.soda', role: 'auditor', invitedBy: { name: 'olive' } },
    ]);
    const mail = await mailTo(server, 'priya@exciting.soda');
    expect(mail.subject).toBe('olive invited you to invite');
    expect(mail.text).toContain('as an auditor');
    expect(tokenIn(mail)).toBe(tokenOf(id));
  });

  test('costs the same for an address that has an account elsewhere as for an unknown one', async () => {
    const team = await createTestTeam(server, 'cost', everyRole);
    const elsewhere = await createTestTeam(server, 'elsewhere', { eve: 'owner' });
    await invite(team, 'first@cost.example');
    using recorder = recordStatements();
    const costOf = async (email: string) => {
      recorder.take();
      await invite(team, email);
      return recorder.take();
    };
    const unknown = await costOf('unknown@cost.example');
    expect(unknown.length).toBeGreaterThan(5);
    expect(await costOf(elsewhere.people.eve.email)).toEqual(unknown);
  });

  test('sends no mail when it is rolled back', async () => {
    const team = await createTestTeam(server, 'undone', everyRole);
    const email = 'nobody@undone.example';
    await team.people.olive.headers();
    // The event is written last: without it, invitation and mail are rolled back.
    const { catalogue } = server.services;
    const check = catalogue.check;
    catalogue.check = () => ({
      ok: false,
      error: { code: 'invalid_event', path: '$', message: 'is refused by this test' },
    });
    const answer = await team.call('olive', 'mutation', 'invitations.create', {
      email,
      role: 'member',
    });
    catalogue.check = check;
    expect(answer.status).toBe(500);
    expect(await isMailed(email)).toBe(false);
    expect(await server.services.db.models.Invitation.findOne({ where: { email } })).toBeNull();
  });

  test.each([
    ['adam', 'owner', 'owner_required'],
    ['una', 'member', 'missing_permission'],
    ['mia', 'member', 'missing_permission'],
  ] as const)('of %s to be %s is denied and recorded', async (who, role, reason) => {
    const { call, events } = await createTestTeam(server, `deny-${who}`, everyRole);
    const email = `friend-of-${who}@example.com`;
    const answer = await call(who, 'mutation', 'invitations.create', { email, role });
    expect(answer.status).toBe(403);
    expect(await isMailed(email)).toBe(false);
    expect(await events(1)).toMatchObject([
      { type: 'user.invite_member', outcome: 'denied', reason },
    ]);
  });

  test('to a member, to an invited address or beyond 100 is a conflict with a clear message', async () => {
    const team = await createTestTeam(server, 'full', everyRole);
    const create = (email: string) =>
      team.call('olive', 'mutation', 'invitations.create', { email, role: 'member' });
    expect(await create(team.people.mia.email)).toMatchObject({
      status: 409,
      error: { path: '$.email', message: expect.stringContaining('already a member') as string },
    });
    const twice = await Promise.all([create('twice@full.example'), create('twice@full.example')]);
    expect(twice.map(({ status }) => String(status)).toSorted()).toEqual(['200', '409']);
    const now = new Date(server.services.clock());
    await server.services.db.models.Invitation.bulkCreate(
      Array.from({ length: 99 }, (_, index) => ({
        organizationId: team.id,
        email: `n${index}@full.example`,
        role: 'member' as const,
        status: 'pending' as const,
        inviterId: team.people.olive.id,
        createdAt: now,
        expiresAt: new Date(now.getTime() + day),
      })),
    );
    expect(await create('one-more@full.example')).toMatchObject({
      status: 409,
      error: { message: expect.stringContaining('100 open invitations') as string },
    });
  });

  test('sent again is valid for another 7 days, with the link of either mail', async () => {
    const team = await createTestTeam(server, 'again', everyRole);
    const email = 'late@again.example';
    const id = await invite(team, email);
    const resend = () => team.call('adam', 'mutation', 'invitations.resend', { id });
    expect(await resend()).toMatchObject({ status: 429, error: { code: 'rate_limited' } });
    server.advance(6.9 * day);
    expect((await resend()).status).toBe(200);
    server.advance(6.9 * day);
    expect((await follow('read', id)).status).toBe(200);
    await mailTo(server, email, 2);
    expect((await team.events(2)).map(({ type }) => type)).toEqual([
      'user.invite_member',
      'user.invite_member',
    ]);
    server.advance(0.2 * day);
    expect(await follow('read', id)).toMatchObject({
      status: 404,
      error: { message: expect.stringContaining('has expired') as string },
    });
    // An expired invitation does not prevent another.
    await invite(team, email);
  });

  test('that was withdrawn is no longer valid, and the withdrawal is recorded', async () => {
    const team = await createTestTeam(server, 'withdraw', everyRole);
    const id = await invite(team, 'never@withdraw.example', 'owner');
    const withdraw = (who: 'adam' | 'olive') =>
      team.call(who, 'mutation', 'invitations.withdraw', { id });
    expect((await withdraw('adam')).status).toBe(403);
    expect((await withdraw('olive')).status).toBe(200);
    expect((await withdraw('olive')).status).toBe(404);
    expect((await follow('read', id)).error?.message).toContain('was withdrawn');
    expect((await follow('accept', id, { name: 'N', password })).status).toBe(404);
    expect((await team.events(3)).map(({ type, outcome }) => `${type} ${outcome}`)).toEqual([
      'user.invite_member success',
      'member.withdraw_invitation denied',
      'member.withdraw_invitation success',
    ]);
  });
});

describe('the link', () => {
  test('shows who invites whom to what, and is invalid with a character missing', async () => {
    const team = await createTestTeam(server, 'offer', everyRole);
    const id = await invite(team, team.people.mia.email.replace('mia', 'new'), 'admin');
    expect((await follow<InvitationOffer>('read', id)).data).toEqual({
      organizationName: 'offer',
      email: 'new@offer.example',
      role: 'admin',
      inviterName: 'olive',
      hasAccount: false,
    });
    const { secret } = server.services.config;
    const token = tokenOf(id);
    for (const wrong of [token.slice(0, -1), linkToken(secret, 'reset-password', id), id, '']) {
      const answer = await follow('read', id, { token: wrong });
      expect(answer, wrong).toMatchObject({ status: 404, error: { code: 'not_found' } });
    }
  });

  test('creates the account for a new address; its events are in the trail in order', async () => {
    const team = await createTestTeam(server, 'join', everyRole);
    const email = 'priya@join.example';
    const id = await invite(team, email, 'auditor');
    expect(await follow('accept', id, { name: '', password })).toMatchObject({
      status: 400,
      error: { path: '$.name' },
    });
    expect(await follow('accept', id, { name: 'Priya', password: 'short' })).toMatchObject({
      status: 400,
      error: { path: '$.password' },
    });
    const accepted = await follow('accept', id, { name: ' Priya ', password });
    expect(accepted.data).toEqual({ organizationId: team.id, email });
    const cookie = await server.signIn(email);
    const me = await server.call('query', 'session.me', undefined, { cookie });
    const { data: who } = await answerOf<{ user: { id: string; name: string } }>(me);
    expect(who).toMatchObject({
      user: { email, name: 'Priya' },
      organizations: [{ id: team.id, role: 'auditor' }],
      activeOrganizationId: team.id,
    });
    const events = await team.events(4);
    expect(events.map(({ type }) => type)).toEqual([
      'user.invite_member',
      'user.create',
      'user.verified_email',
      'member.accept_invitation',
    ]);
    for (const { actor, targets } of events.slice(1)) {
      expect(actor).toMatchObject({ type: 'user', id: who?.user.id, email, name: 'Priya' });
      expect(targets[0]).toEqual({ type: 'user', id: who?.user.id, name: 'Priya' });
    }
    expect(events[1]?.details).toEqual({ email, name: 'Priya', via: 'invitation' });
    expect(events[3]?.targets[1]).toEqual({ type: 'invitation', id });
  });

  test('accepted twice concurrently creates one account and one membership', async () => {
    const team = await createTestTeam(server, 'twice', everyRole);
    const id = await invite(team, 'pair@twice.example');
    const answers = await Promise.all(
      ['First', 'Second', 'Third'].map((name) => follow('accept', id, { name, password })),
    );
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '404', '404']);
    expect((await team.events(4)).map(({ type }) => type)).toEqual([
      'user.invite_member',
      'user.create',
      'user.verified_email',
      'member.accept_invitation',
    ]);
    expect((await follow('read', id)).error?.message).toContain('already accepted');
  });

  test('requires a user with an account to sign in first, then adds them and records their waiting events', async () => {
    const team = await createTestTeam(server, 'known', everyRole);
    const { services } = server;
    const email = 'known@else.example';
    const user = await createUser(services, null, {
      email,
      name: 'Known',
      password,
      emailVerified: true,
    });
    const actor = { type: 'user' as const, id: user.id, email };
    await services.db.sequelize.transaction((tx) =>
      recordAct(
        services,
        tx,
        { actor, context: {}, keyId: null },
        {
          type: 'user.create',
          firstTrailOf: user.id,
          targets: [{ type: 'user', id: user.id }],
          details: { email, name: 'Known', via: 'sign-up' },
        },
      ),
    );
    const id = await invite(team, email);
    expect((await follow<InvitationOffer>('read', id)).data?.hasAccount).toBe(true);
    expect(await follow('accept', id, { name: 'Thief', password })).toMatchObject({
      status: 401,
      error: { message: expect.stringContaining('Sign in with it') as string },
    });
    const headers = { cookie: await server.signIn(email) };
    expect((await follow('accept', id, {}, headers)).status).toBe(200);
    const me = await server.call('query', 'session.me', undefined, headers);
    expect((await answerOf(me)).data).toMatchObject({ activeOrganizationId: team.id });
    const types = (await team.events(3)).map(({ type }) => type);
    expect(types.toSorted()).toEqual([
      'member.accept_invitation',
      'user.create',
      'user.invite_member',
    ]);
    expect(types.indexOf('user.create')).toBeLessThan(types.indexOf('member.accept_invitation'));
  });

  test('rejects another signed-in user, and records the attempt as denied', async () => {
    const team = await createTestTeam(server, 'wrong', everyRole);
    const stranger = await createTestTeam(server, 'stranger', { sam: 'owner' });
    const id = await invite(team, 'right@wrong.example');
    const headers = await stranger.people.sam.headers();
    const answer = await follow('accept', id, {}, headers);
    expect(answer).toMatchObject({
      status: 403,
      error: { message: expect.stringContaining('you are signed in as sam@') as string },
    });
    expect((await team.events(2))[1]).toMatchObject({
      type: 'member.accept_invitation',
      outcome: 'denied',
      reason: 'other_address',
      actor: { email: stranger.people.sam.email },
      details: { email: 'right@wrong.example' },
    });
    expect((await follow('read', id)).status).toBe(200);
  });

  test('adds no one for a request from another site', async () => {
    const team = await createTestTeam(server, 'origin', everyRole);
    const sam = await createTestTeam(server, 'samsite', { sam: 'owner' });
    const id = await invite(team, sam.people.sam.email);
    const headers = { ...(await sam.people.sam.headers()), origin: 'https://evil.example' };
    expect(await follow('accept', id, {}, headers)).toMatchObject({
      status: 403,
      error: { code: 'origin_not_allowed' },
    });
  });
});

test('a pending sign-up ends when its address gets an account through an invitation', async () => {
  const team = await createTestTeam(server, 'overtaken', everyRole);
  const email = 'early@overtaken-mail.example';
  await server.call('mutation', 'account.signUp', { email, name: 'Early', password });
  const token = tokenIn(await mailTo(server, email));
  const id = await invite(team, email);
  expect((await follow('accept', id, { name: 'Early', password })).status).toBe(200);
  const { db } = server.services;
  const { rows } = await db.pool.query('select from sign_ups where email = $1', [email]);
  expect(rows).toEqual([]);

  const verified = await answerOf(
    await server.call('mutation', 'account.verifyEmail', { token, password }),
  );
  expect(verified).toMatchObject({ status: 404, error: { code: 'not_found' } });
  expect(verified.error?.message).toContain('This link is invalid');
  expect(await db.models.User.count({ where: { email } })).toBe(1);
  const { rows: domains } = await db.pool.query(
    "select from organization_domains where domain = 'overtaken-mail.example'",
  );
  expect(domains).toEqual([]);
});

describe('after a removal or a lowered role,', () => {
  const openOf = async ({ id }: { id: string }) =>
    (
      await server.services.db.models.Invitation.findAll({
        where: { organizationId: id, status: 'pending' },
      })
    ).map(({ email }) => email);

  test('a removed member’s invitations end, each with its event', async () => {
    const team = await createTestTeam(server, 'leaver', everyRole);
    const { data } = await team.call<{ invitation: InvitationRow }>(
      'adam',
      'mutation',
      'invitations.create',
      { email: 'second-self@example.com', role: 'admin' },
    );
    await invite(team, 'fine@example.com');
    await team.call('olive', 'mutation', 'members.remove', { userId: team.people.adam.id });
    expect(await openOf(team)).toEqual(['fine@example.com']);
    const answer = await follow('accept', data?.invitation.id ?? '', { name: 'Back', password });
    expect(answer.status).toBe(404);
    expect((await team.events(4)).map(({ type }) => type)).toEqual([
      'user.invite_member',
      'user.invite_member',
      'member.remove',
      'member.withdraw_invitation',
    ]);
  });

  test('exactly the invitations that the lowered role may not give end', async () => {
    const team = await createTestTeam(server, 'lowered', { ...everyRole, otto: 'owner' });
    await invite(team, 'owner@lowered-friends.example', 'owner');
    await invite(team, 'member@lowered-friends.example');
    const lower = (role: string) =>
      team.call('otto', 'mutation', 'members.changeRole', {
        userId: team.people.olive.id,
        role,
      });
    expect((await lower('admin')).status).toBe(200);
    expect(await openOf(team)).toEqual(['member@lowered-friends.example']);
    expect((await lower('member')).status).toBe(200);
    expect(await openOf(team)).toEqual([]);
  });
});

test('an address without an account gets at most five invitations of an organisation a day', async () => {
  const team = await createTestTeam(server, 'insistent', everyRole);
  const email = 'stranger@example.com';
  for (let n = 0; n < 5; n += 1) {
    const id = await invite(team, email);
    await team.call('olive', 'mutation', 'invitations.withdraw', { id });
  }
  const create = () =>
    team.call('olive', 'mutation', 'invitations.create', { email, role: 'member' });
  expect(await create()).toMatchObject({ status: 429, error: { code: 'rate_limited' } });
  server.advance(day + 1);
  expect((await create()).status).toBe(200);
});

test('a removed member can no longer join by domain, only by invitation', async () => {
  const team = await createTestTeam(server, 'removed-co', everyRole);
  const { db } = server.services;
  await db.pool.query(
    'insert into organization_domains (domain, organization_id, members_may_join, created_at) values ($1, $2, true, now())',
    ['removed-co.example', team.id],
  );
  await team.call('olive', 'mutation', 'members.remove', { userId: team.people.mia.id });
  const headers = await team.people.mia.headers();
  const joinable = await server.call('query', 'organizations.joinable', undefined, headers);
  expect(await joinable.json()).toEqual({ result: { data: { organizationName: null } } });
  expect((await server.call('mutation', 'organizations.join', {}, headers)).status).toBe(403);
  const id = await invite(team, team.people.mia.email);
  expect((await follow('accept', id, {}, headers)).status).toBe(200);
});
