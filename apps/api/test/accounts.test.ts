/** Sign-up with a real message, company domains, and password reset. */

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkToken } from '../src/access/link-token.ts';
import { deleteExpiredLinks } from '../src/portal/identity/delete-expired-links.ts';
import { duringTransaction } from './support/during-transaction.ts';
import { mailTo, tokenIn } from './support/mails.ts';
import { readTrailTypes } from './support/read-trail.ts';
import { recordStatements } from './support/record-statements.ts';
import { administer } from './support/test-cluster.ts';
import { cookieOf, password, startTestApp, type TestApp } from './support/test-app.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

let database: TestDatabase;
let app: TestApp;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await startTestApp(database, { AUDIT_TRUSTED_PROXIES: 'loopback' });
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const hourMs = 60 * 60 * 1000;
let requests = 0;

/** Each from a different address: the limits per network are tested elsewhere. */
function call(path: string, input: object, headers: Record<string, string> = {}) {
  requests += 1;
  const from = { 'x-forwarded-for': `198.51.100.${requests}` };
  return app.call('mutation', path, input, { ...from, ...headers });
}

const signUp = (email: string, more: object = {}) =>
  call('account.signUp', { email, name: 'Ada Okafor', password, ...more });

const verify = (token: string, given = password) =>
  call('account.verifyEmail', { token, password: given });

/** Signs up and follows the link. */
async function join(email: string): Promise<Me & { cookie: string }> {
  expect((await signUp(email)).status).toBe(200);
  return signedInBy(await verify(tokenIn(await mailTo(app, email))));
}

/** The user whose session the answer starts. */
async function signedInBy(answer: Response): Promise<Me & { cookie: string }> {
  expect(await dataOf(answer)).toEqual({});
  return meBy(cookieOf(answer));
}

async function dataOf<T>(answer: Response): Promise<T> {
  return ((await answer.json()) as { result: { data: T } }).result.data;
}

interface Me {
  user: { id: string; name: string };
  organizations: { id: string; name: string; role: string }[];
  activeOrganizationId: string | null;
}

async function meOf(email: string): Promise<Me & { cookie: string }> {
  return meBy(await app.signIn(email));
}

async function meBy(cookie: string): Promise<Me & { cookie: string }> {
  return { ...(await dataOf<Me>(await app.call('query', 'session.me', {}, { cookie }))), cookie };
}

async function count(table: 'users' | 'organizations' | 'sign_ups'): Promise<number> {
  const { rows } = await app.services.db.pool.query<{ count: number }>(
    `select count(*) from ${table}`,
  );
  return rows[0]?.count ?? 0;
}

describe('signing up', () => {
  it('creates user, organisation and trail only once the address is verified', async () => {
    const before = { users: await count('users'), organizations: await count('organizations') };
    expect((await signUp(' Ada@Exciting.Soda ')).status).toBe(200);
    const mail = await mailTo(app, 'ada@exciting.soda');
    expect(mail.text).toContain(`${app.url}/verify-email#`);
    expect(mail.text).not.toContain('Ada Okafor');
    expect({ users: await count('users'), organizations: await count('organizations') }).toEqual(
      before,
    );
    await expect(app.signIn('ada@exciting.soda')).rejects.toThrow('unauthenticated');

    const me = await signedInBy(await verify(tokenIn(mail)));
    expect(me.organizations).toMatchObject([{ name: 'Exciting', role: 'owner' }]);
    const id = me.activeOrganizationId as string;
    await expect
      .poll(() => readTrailTypes(app.services, id))
      .toEqual(['user.create', 'user.verified_email', 'organization.create', 'session.sign_in']);
    const list = await app.call('query', 'events.list', {}, { cookie: me.cookie });
    const { events } = await dataOf<{ events: { type: string; actor: object; context: object }[] }>(
      list,
    );
    for (const event of events) {
      expect(event.actor).toMatchObject({ type: 'user', id: me.user.id, name: 'Ada Okafor' });
      expect(event.context).toMatchObject({
        service: 'portal',
        ip: expect.any(String) as string,
      });
    }
  });

  it('creates no account for an address that a stranger signed up; signing up again replaces the sign-up', async () => {
    const email = 'owner@stranger.example.net';
    await signUp(email, { password: 'what the stranger knows', name: 'Stranger' });
    const theirs = tokenIn(await mailTo(app, email));
    const refused = await verify(theirs);
    expect(refused.status).toBe(401);
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect(await refused.json()).toMatchObject({
      error: {
        message: expect.stringContaining('sign up again to replace it') as string,
        data: { code: 'unauthenticated' },
      },
    });
    await expect(app.signIn(email)).rejects.toThrow('unauthenticated');

    await signUp(email);
    const own = tokenIn(await mailTo(app, email, 2));
    expect((await verify(theirs, 'what the stranger knows')).status).toBe(404);
    expect((await verify(own, 'what the stranger knows')).status).toBe(401);
    expect((await signedInBy(await verify(own))).user).toMatchObject({ name: 'Ada Okafor' });
  });

  it('allows ten wrong passwords for a link in ten minutes', async () => {
    const email = 'guessed@guessed.example.net';
    await signUp(email);
    const token = tokenIn(await mailTo(app, email));
    const statuses = await Promise.all(
      Array.from({ length: 12 }, async () => (await verify(token, 'a wrong guess')).status),
    );
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(2);
    expect((await verify(token)).status).toBe(429);
    app.advance(10 * 60 * 1000 + 1_000);
    await signedInBy(await verify(token));
  });

  it('rejects a link that was used, replaced, has expired or is for something else', async () => {
    const email = 'twice@replaced.example.net';
    await signUp(email, { name: 'First' });
    const first = tokenIn(await mailTo(app, email));
    await signUp(email, { name: 'Second' });
    const second = tokenIn(await mailTo(app, email, 2));
    const [id = ''] = second.split('.');
    const { secret } = app.services.config;
    for (const token of [
      first,
      '',
      `${id}.`,
      second.slice(0, -1),
      linkToken(secret, 'reset-password', id),
      linkToken(secret, 'invitation', id),
    ]) {
      expect((await verify(token)).status, token).toBe(404);
    }
    expect((await verify(second)).status).toBe(200);
    expect((await verify(second)).status).toBe(404);
    const { rows } = await app.services.db.pool.query('select name from users where email = $1', [
      email,
    ]);
    expect(rows).toEqual([{ name: 'Second' }]);
  });

  it('gives the same answer for a known address, and mails it that it has an account', async () => {
    const email = 'known@known.example.net';
    await join(email);
    using recorder = recordStatements();
    const costed = async (address: string) => {
      recorder.take();
      const answer = await signUp(address, { password: 'another password' });
      return { status: answer.status, body: await answer.text(), statements: recorder.take() };
    };
    expect(await costed(email)).toEqual(await costed('unknown@known.example.net'));
    expect((await mailTo(app, email, 2)).subject).toBe('You already have an account');
    await meOf(email);
  });

  it.each([
    [{ email: 'not an address' }, '$.email'],
    [{ password: 'elevenchars' }, '$.password'],
    [{ name: ' ' }, '$.name'],
  ])('rejects %j with its path', async (change, path) => {
    const answer = await signUp('bad@bad.example.net', change);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { data: { path } } });
  });

  it('sends an address at most five messages an hour, known or not', async () => {
    const statuses: number[] = [];
    for (let time = 0; time < 6; time += 1) {
      statuses.push((await signUp('many@many.example.net')).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    expect((await call('account.requestReset', { email: 'many@many.example.net' })).status).toBe(
      429,
    );
  });

  it('expires after a day and is then deleted', async () => {
    await signUp('late@late.example.net');
    const token = tokenIn(await mailTo(app, 'late@late.example.net'));
    app.advance(24 * hourMs + 1_000);
    expect((await verify(token)).status).toBe(404);
    await deleteExpiredLinks.run(app.services, {}, AbortSignal.timeout(10_000));
    expect(await count('sign_ups')).toBe(0);
  });
});

describe('a company’s domain', () => {
  it('gets one organisation from two concurrent first users', async () => {
    const emails = ['one@race.example.net', 'two@race.example.net'];
    const tokens: string[] = [];
    for (const email of emails) {
      await signUp(email);
      tokens.push(tokenIn(await mailTo(app, email)));
    }
    const before = await count('organizations');
    // Both have used their links before either checks the domain's owner.
    const holder = new pg.Client({ connectionString: database.ownerUrl });
    await holder.connect();
    await holder.query('begin; lock table organization_domains');
    const verified = Promise.all(tokens.map((token) => verify(token)));
    await expect
      .poll(async () => {
        const { rows } = await holder.query<{ count: string }>(
          `select count(distinct pid) from pg_locks
           where not granted and database = (select oid from pg_database where datname = current_database())`,
        );
        return Number(rows[0]?.count);
      })
      .toBe(2);
    await holder.query('commit');
    await holder.end();
    const answers = await verified;
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await count('organizations')).toBe(before + 1);
    const organizations = await Promise.all(
      answers.map(async (answer) => (await signedInBy(answer)).organizations),
    );
    expect(new Set(organizations.map(({ length }) => length))).toEqual(new Set([0, 1]));
  });

  it('makes an organisation where the database lets nobody create temporary objects', async () => {
    const { pathname } = new URL(database.ownerUrl);
    const temporary = (change: string) =>
      administer(database.ownerUrl, (client) =>
        client.query(change.replace('$', pg.escapeIdentifier(pathname.slice(1)))),
      );
    await temporary('revoke temporary on database $ from public');
    try {
      const founder = await join('founder@hardened.example.net');
      expect(founder.organizations).toMatchObject([{ name: 'Hardened', role: 'owner' }]);
    } finally {
      await temporary('grant temporary on database $ to public');
    }
  });

  it('lets later users join once the owner allows it, and records their waiting events', async () => {
    const owner = await join('owner@open.example.net');
    const organizationId = owner.activeOrganizationId as string;
    const early = await join('early@open.example.net');
    expect(early.organizations).toEqual([]);
    expect((await call('organizations.join', {}, { cookie: early.cookie })).status).toBe(403);

    const settings = { name: 'Open Soda', membersMayJoin: true };
    const update = await call('organizations.update', settings, { cookie: owner.cookie });
    expect(await dataOf(update)).toEqual({ ...settings, domain: 'open.example.net' });
    await call('organizations.update', settings, { cookie: owner.cookie });

    const later = await join('later@open.example.net');
    expect(later.organizations).toMatchObject([
      { id: organizationId, name: 'Open Soda', role: 'member' },
    ]);
    expect(later.activeOrganizationId).toBe(organizationId);

    const { cookie } = early;
    expect(await dataOf(await app.call('query', 'organizations.joinable', {}, { cookie }))).toEqual(
      { organizationName: 'Open Soda' },
    );
    expect((await call('organizations.join', {}, { cookie })).status).toBe(200);
    expect((await call('organizations.join', {}, { cookie })).status).toBe(409);
    await expect
      .poll(() => readTrailTypes(app.services, organizationId))
      .toEqual([
        'user.create',
        'user.verified_email',
        'organization.create',
        'session.sign_in',
        'organization.update',
        'user.create',
        'user.verified_email',
        'member.join',
        'session.sign_in',
        'user.create',
        'user.verified_email',
        'session.sign_in',
        'member.join',
      ]);
    const list = await app.call(
      'query',
      'events.list',
      { types: ['organization.update'] },
      { cookie: owner.cookie },
    );
    const { events } = await dataOf<{ events: { changes: unknown }[] }>(list);
    expect(events.map(({ changes }) => changes)).toEqual([
      [
        { path: 'name', before: 'Open', after: 'Open Soda' },
        { path: 'membersMayJoin', before: false, after: true },
      ],
    ]);
  });

  it('does not take somebody back who is being removed', async () => {
    const owner = await join('owner@closing.example.net');
    const settings = { name: 'Closing', membersMayJoin: true };
    await call('organizations.update', settings, { cookie: owner.cookie });
    const { cookie, user } = await join('mia@closing.example.net');
    const bind = [owner.activeOrganizationId, user.id];
    const answer = await duringTransaction(
      database.ownerUrl,
      async (client) => {
        await client.query('delete from members where organization_id = $1 and user_id = $2', bind);
        await client.query('insert into removals values ($1, $2)', bind);
      },
      () => call('organizations.join', {}, { cookie }),
    );
    expect(answer.status).toBe(403);
    expect((await meBy(cookie)).organizations).toEqual([]);
  });

  it('does not belong to anyone when it is a mail provider’s', async () => {
    const before = await count('organizations');
    for (const email of ['ada@gmail.com', 'ada@fastmail.com', 'ada@googlemail.com']) {
      expect((await join(email)).organizations).toEqual([]);
    }
    expect(await count('organizations')).toBe(before);
  });
});

describe('a new password', () => {
  const email = 'forgetful@reset.example.net';
  const fresh = 'a new and better one';
  const reset = (token: string, more: object = {}) =>
    call('account.resetPassword', { token, password: fresh, ...more });

  it('is set with a link that only users get; it ends every session and is recorded', async () => {
    const { cookie, activeOrganizationId } = await join(email);
    using recorder = recordStatements();
    const costed = async (address: string) => {
      recorder.take();
      const answer = await call('account.requestReset', { email: address });
      const statements = recorder.take();
      // The rest belongs to the job.
      const enqueued = statements.findIndex((text) => /insert into pgboss\.job/i.test(text));
      expect(enqueued).toBeGreaterThan(0);
      const body = await answer.text();
      return { status: answer.status, body, statements: statements.slice(0, enqueued + 1) };
    };
    const known = await costed(email);
    const replaced = tokenIn(await mailTo(app, email, 2));
    expect(await costed('nobody@reset.example.net')).toEqual(known);
    await call('account.requestReset', { email });
    const mail = await mailTo(app, email, 3);
    expect(mail.text).toContain(`${app.url}/reset-password#`);
    const token = tokenIn(mail);
    const [id = ''] = token.split('.');
    for (const wrong of [replaced, linkToken(app.services.config.secret, 'verify-email', id)]) {
      expect((await reset(wrong)).status).toBe(404);
    }
    expect((await reset(token, { password: 'elevenchars' })).status).toBe(400);
    expect(await dataOf(await reset(token))).toEqual({ email });
    expect((await reset(token)).status).toBe(404);

    expect((await app.call('query', 'session.me', {}, { cookie })).status).toBe(401);
    await expect(app.signIn(email)).rejects.toThrow('unauthenticated');
    const answer = await fetch(`${app.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: fresh }),
    });
    expect(answer.status).toBe(200);
    await expect
      .poll(() => readTrailTypes(app.services, activeOrganizationId as string))
      .toEqual([
        'user.create',
        'user.verified_email',
        'organization.create',
        'session.sign_in',
        'user.reset_password',
        'session.sign_in_failure',
        'session.sign_in',
      ]);
    expect(app.inbox?.list().some(({ to }) => to === 'nobody@reset.example.net')).toBe(false);
  });

  it('cannot be set with an expired link', async () => {
    await call('account.requestReset', { email });
    const token = tokenIn(await mailTo(app, email, 4));
    app.advance(hourMs + 1_000);
    expect((await reset(token)).status).toBe(404);
  });
});
