/** Invitations: from the mail that is queued to the member who joined, once. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkToken } from '../src/access/link-token.ts';
import { recordAct } from '../src/trail/record/record-act.ts';
import { createUser } from '../src/portal/accounts/create-user.ts';
import type { InvitationOffer } from '../src/portal/members/read-invitation.ts';
import type { InvitationRow } from '../src/portal/members/list-invitations.ts';
import { letterTo, tokenIn } from './support/letters.ts';
import { answerOf, openOffice, type Answer } from './support/office.ts';
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
  { call }: Pick<Awaited<ReturnType<typeof openOffice<'olive'>>>, 'call'>,
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
    const office = await openOffice(server, 'invite', everyRole);
    const id = await invite(office, ' Priya@Exciting.Soda ', 'auditor');
    expect(await office.events(1)).toMatchObject([
      {
        type: 'user.invite_member',
        targets: [{ type: 'invitation', id }],
        details: { email: 'priya@exciting.soda', role: 'auditor' },
      },
    ]);
    const { data } = await office.call<{ invitations: InvitationRow[] }>(
      'adam',
      'query',
      'members.list',
    );
    expect(data?.invitations).toMatchObject([
      { id, email: 'priya@exciting.soda', role: 'auditor', invitedBy: { name: 'olive' } },
    ]);
    const letter = await letterTo(server, 'priya@exciting.soda');
    expect(letter.subject).toBe('olive invited you to invite');
    expect(letter.text).toContain('as an auditor');
    expect(tokenIn(letter)).toBe(tokenOf(id));
  });

  test('costs the same for an address that has an account elsewhere as for an unknown one', async () => {
    const office = await openOffice(server, 'cost', everyRole);
    const elsewhere = await openOffice(server, 'elsewhere', { eve: 'owner' });
    await invite(office, 'first@cost.example');
    using recorder = recordStatements();
    const costOf = async (email: string) => {
      recorder.take();
      await invite(office, email);
      return recorder.take();
    };
    const unknown = await costOf('unknown@cost.example');
    expect(unknown.length).toBeGreaterThan(5);
    expect(await costOf(elsewhere.people.eve.email)).toEqual(unknown);
  });

  test('sends no mail when it does not come about', async () => {
    const office = await openOffice(server, 'undone', everyRole);
    const email = 'nobody@undone.example';
    await office.people.olive.headers();
    // The event is what is written last: without it neither invitation nor mail stands.
    const { catalogue } = server.services;
    const check = catalogue.check;
    catalogue.check = () => ({
      ok: false,
      error: { code: 'invalid_event', path: '$', message: 'is refused by this test' },
    });
    const answer = await office.call('olive', 'mutation', 'invitations.create', {
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
    const { call, events } = await openOffice(server, `deny-${who}`, everyRole);
    const email = `friend-of-${who}@example.com`;
    const answer = await call(who, 'mutation', 'invitations.create', { email, role });
    expect(answer.status).toBe(403);
    expect(await isMailed(email)).toBe(false);
    expect(await events(1)).toMatchObject([
      { type: 'user.invite_member', outcome: 'denied', reason },
    ]);
  });

  test('to a member, to who is invited already, or beyond 100 is a conflict that says so', async () => {
    const office = await openOffice(server, 'full', everyRole);
    const create = (email: string) =>
      office.call('olive', 'mutation', 'invitations.create', { email, role: 'member' });
    expect(await create(office.people.mia.email)).toMatchObject({
      status: 409,
      error: { path: '$.email', message: expect.stringContaining('already a member') as string },
    });
    const twice = await Promise.all([create('twice@full.example'), create('twice@full.example')]);
    expect(twice.map(({ status }) => String(status)).toSorted()).toEqual(['200', '409']);
    const now = new Date(server.services.clock());
    await server.services.db.models.Invitation.bulkCreate(
      Array.from({ length: 99 }, (_, index) => ({
        organizationId: office.id,
        email: `n${index}@full.example`,
        role: 'member' as const,
        status: 'pending' as const,
        inviterId: office.people.olive.id,
        createdAt: now,
        expiresAt: new Date(now.getTime() + day),
      })),
    );
    expect(await create('one-more@full.example')).toMatchObject({
      status: 409,
      error: { message: expect.stringContaining('100 open invitations') as string },
    });
  });

  test('sent again holds for another 7 days, by the link of either mail', async () => {
    const office = await openOffice(server, 'again', everyRole);
    const email = 'late@again.example';
    const id = await invite(office, email);
    const resend = () => office.call('adam', 'mutation', 'invitations.resend', { id });
    expect(await resend()).toMatchObject({ status: 429, error: { code: 'rate_limited' } });
    server.advance(6.9 * day);
    expect((await resend()).status).toBe(200);
    server.advance(6.9 * day);
    expect((await follow('read', id)).status).toBe(200);
    await letterTo(server, email, 2);
    expect((await office.events(2)).map(({ type }) => type)).toEqual([
      'user.invite_member',
      'user.invite_member',
    ]);
    server.advance(0.2 * day);
    expect(await follow('read', id)).toMatchObject({
      status: 404,
      error: { message: expect.stringContaining('has expired') as string },
    });
    // One that has expired does not stand in the way of another.
    await invite(office, email);
  });

  test('that was withdrawn opens nothing, and is recorded', async () => {
    const office = await openOffice(server, 'withdraw', everyRole);
    const id = await invite(office, 'never@withdraw.example', 'owner');
    const withdraw = (who: 'adam' | 'olive') =>
      office.call(who, 'mutation', 'invitations.withdraw', { id });
    expect((await withdraw('adam')).status).toBe(403);
    expect((await withdraw('olive')).status).toBe(200);
    expect((await withdraw('olive')).status).toBe(404);
    expect((await follow('read', id)).error?.message).toContain('was withdrawn');
    expect((await follow('accept', id, { name: 'N', password })).status).toBe(404);
    expect((await office.events(3)).map(({ type, outcome }) => `${type} ${outcome}`)).toEqual([
      'user.invite_member success',
      'member.withdraw_invitation denied',
      'member.withdraw_invitation success',
    ]);
  });
});

describe('the link', () => {
  test('says who invites whom to what, and opens nothing when a letter of it is missing', async () => {
    const office = await openOffice(server, 'offer', everyRole);
    const id = await invite(office, office.people.mia.email.replace('mia', 'new'), 'admin');
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

  test('makes the account that its address does not have yet; its events are in the trail in order', async () => {
    const office = await openOffice(server, 'join', everyRole);
    const email = 'priya@join.example';
    const id = await invite(office, email, 'auditor');
    expect(await follow('accept', id, { name: '', password })).toMatchObject({
      status: 400,
      error: { path: '$.name' },
    });
    expect(await follow('accept', id, { name: 'Priya', password: 'short' })).toMatchObject({
      status: 400,
      error: { path: '$.password' },
    });
    const accepted = await follow('accept', id, { name: ' Priya ', password });
    expect(accepted.data).toEqual({ organizationId: office.id, email });
    const cookie = await server.signIn(email);
    const me = await server.call('query', 'session.me', undefined, { cookie });
    const { data: who } = await answerOf<{ user: { id: string; name: string } }>(me);
    expect(who).toMatchObject({
      user: { email, name: 'Priya' },
      organizations: [{ id: office.id, role: 'auditor' }],
      activeOrganizationId: office.id,
    });
    const events = await office.events(4);
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

  test('accepted twice in the same moment makes one account and one membership', async () => {
    const office = await openOffice(server, 'twice', everyRole);
    const id = await invite(office, 'pair@twice.example');
    const answers = await Promise.all(
      ['First', 'Second', 'Third'].map((name) => follow('accept', id, { name, password })),
    );
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '404', '404']);
    expect((await office.events(4)).map(({ type }) => type)).toEqual([
      'user.invite_member',
      'user.create',
      'user.verified_email',
      'member.accept_invitation',
    ]);
    expect((await follow('read', id)).error?.message).toContain('already accepted');
  });

  test('wants who has an account to sign in first, then joins, and tells what waited', async () => {
    const office = await openOffice(server, 'known', everyRole);
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
    const id = await invite(office, email);
    expect((await follow<InvitationOffer>('read', id)).data?.hasAccount).toBe(true);
    expect(await follow('accept', id, { name: 'Thief', password })).toMatchObject({
      status: 401,
      error: { message: expect.stringContaining('Sign in with it') as string },
    });
    const headers = { cookie: await server.signIn(email) };
    expect((await follow('accept', id, {}, headers)).status).toBe(200);
    const me = await server.call('query', 'session.me', undefined, headers);
    expect((await answerOf(me)).data).toMatchObject({ activeOrganizationId: office.id });
    const types = (await office.events(3)).map(({ type }) => type);
    expect(types.toSorted()).toEqual([
      'member.accept_invitation',
      'user.create',
      'user.invite_member',
    ]);
    expect(types.indexOf('user.create')).toBeLessThan(types.indexOf('member.accept_invitation'));
  });

  test('tells another who is signed in so, and the attempt is recorded as denied', async () => {
    const office = await openOffice(server, 'wrong', everyRole);
    const stranger = await openOffice(server, 'stranger', { sam: 'owner' });
    const id = await invite(office, 'right@wrong.example');
    const headers = await stranger.people.sam.headers();
    const answer = await follow('accept', id, {}, headers);
    expect(answer).toMatchObject({
      status: 403,
      error: { message: expect.stringContaining('you are signed in as sam@') as string },
    });
    expect((await office.events(2))[1]).toMatchObject({
      type: 'member.accept_invitation',
      outcome: 'denied',
      reason: 'other_address',
      actor: { email: stranger.people.sam.email },
      details: { email: 'right@wrong.example' },
    });
    expect((await follow('read', id)).status).toBe(200);
  });

  test('joins nobody with a session from another site', async () => {
    const office = await openOffice(server, 'origin', everyRole);
    const sam = await openOffice(server, 'samsite', { sam: 'owner' });
    const id = await invite(office, sam.people.sam.email);
    const headers = { ...(await sam.people.sam.headers()), origin: 'https://evil.example' };
    expect(await follow('accept', id, {}, headers)).toMatchObject({
      status: 403,
      error: { code: 'origin_not_allowed' },
    });
  });
});

test('a sign-up that waits ends when its address gets its account by an invitation', async () => {
  const office = await openOffice(server, 'overtaken', everyRole);
  const email = 'early@overtaken-mail.example';
  await server.call('mutation', 'account.signUp', { email, name: 'Early', password });
  const token = tokenIn(await letterTo(server, email));
  const id = await invite(office, email);
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

describe('whoever leaves or falls leaves no way in behind:', () => {
  const openOf = async ({ id }: { id: string }) =>
    (
      await server.services.db.models.Invitation.findAll({
        where: { organizationId: id, status: 'pending' },
      })
    ).map(({ email }) => email);

  test('the invitations of who is removed end with the membership, each with its event', async () => {
    const office = await openOffice(server, 'leaver', everyRole);
    const { data } = await office.call<{ invitation: InvitationRow }>(
      'adam',
      'mutation',
      'invitations.create',
      { email: 'second-self@example.com', role: 'admin' },
    );
    await invite(office, 'fine@example.com');
    await office.call('olive', 'mutation', 'members.remove', { userId: office.people.adam.id });
    expect(await openOf(office)).toEqual(['fine@example.com']);
    const answer = await follow('accept', data?.invitation.id ?? '', { name: 'Back', password });
    expect(answer.status).toBe(404);
    expect((await office.events(4)).map(({ type }) => type)).toEqual([
      'user.invite_member',
      'user.invite_member',
      'member.remove',
      'member.withdraw_invitation',
    ]);
  });

  test('those end that a lowered role may not give, and no others', async () => {
    const office = await openOffice(server, 'lowered', { ...everyRole, otto: 'owner' });
    await invite(office, 'owner@lowered-friends.example', 'owner');
    await invite(office, 'member@lowered-friends.example');
    const lower = (role: string) =>
      office.call('otto', 'mutation', 'members.changeRole', {
        userId: office.people.olive.id,
        role,
      });
    expect((await lower('admin')).status).toBe(200);
    expect(await openOf(office)).toEqual(['member@lowered-friends.example']);
    expect((await lower('member')).status).toBe(200);
    expect(await openOf(office)).toEqual([]);
  });
});

test('a stranger gets five invitations of an organisation a day at most', async () => {
  const office = await openOffice(server, 'insistent', everyRole);
  const email = 'stranger@example.com';
  for (let n = 0; n < 5; n += 1) {
    const id = await invite(office, email);
    await office.call('olive', 'mutation', 'invitations.withdraw', { id });
  }
  const create = () =>
    office.call('olive', 'mutation', 'invitations.create', { email, role: 'member' });
  expect(await create()).toMatchObject({ status: 429, error: { code: 'rate_limited' } });
  server.advance(day + 1);
  expect((await create()).status).toBe(200);
});

test('who was removed joins by no domain any more, and by an invitation', async () => {
  const office = await openOffice(server, 'removed-co', everyRole);
  const { db } = server.services;
  await db.pool.query(
    'insert into organization_domains (domain, organization_id, members_may_join, created_at) values ($1, $2, true, now())',
    ['removed-co.example', office.id],
  );
  await office.call('olive', 'mutation', 'members.remove', { userId: office.people.mia.id });
  const headers = await office.people.mia.headers();
  const joinable = await server.call('query', 'organizations.joinable', undefined, headers);
  expect(await joinable.json()).toEqual({ result: { data: { organizationName: null } } });
  expect((await server.call('mutation', 'organizations.join', {}, headers)).status).toBe(403);
  const id = await invite(office, office.people.mia.email);
  expect((await follow('accept', id, {}, headers)).status).toBe(200);
});
