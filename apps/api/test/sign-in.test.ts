import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { permissionsOf } from '@liblab/audit-core';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createOrganization } from '../src/portal/identity/create-organization.ts';
import { createUser } from '../src/portal/accounts/create-user.ts';
import { signInLimits } from '../src/portal/identity/sign-in-limits.ts';
import { digestTables } from './support/digest-tables.ts';
import { duringTransaction } from './support/during-transaction.ts';
import { foreignData, naughtyStrings, oddAddresses } from './support/foreign-data.ts';
import { readTrailTypes } from './support/read-trail.ts';
import { recordStatements } from './support/record-statements.ts';
import { cookieOf, password, startTestApp, type TestApp } from './support/test-app.ts';
import { createTestDatabase } from './support/test-database.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApp;
let userId: string;
const email = 'ada@example.com';

beforeAll(async () => {
  database = await createTestDatabase();
  // Behind a proxy on loopback, so that a test can choose its address.
  server = await startTestApp(database, { AUDIT_TRUSTED_PROXIES: 'loopback' });
  ({ id: userId } = await createUser(server.services, null, {
    email,
    name: 'Ada',
    password,
    emailVerified: true,
  }));
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

function attempt(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

const from = (address: string) => ({ 'x-forwarded-for': address });

/** The body of a failure without the parts that differ by design. */
async function failure(answer: Response): Promise<unknown> {
  const { error } = (await answer.json()) as { error: { requestId?: string } };
  delete error.requestId;
  return { status: answer.status, error };
}

describe('signing in', () => {
  it('sets one cookie that scripts cannot read and other sites do not send', async () => {
    const answer = await attempt({ email: 'ADA@example.com', password }, from('192.0.2.1'));
    expect(answer.status).toBe(200);
    const [cookie, ...others] = answer.headers.getSetCookie();
    expect(others).toEqual([]);
    expect(cookie).toMatch(/^audit-trails\.session_token=/);
    expect(cookie?.split('; ').slice(1).toSorted()).toEqual([
      'HttpOnly',
      'Max-Age=604800',
      'Path=/',
      'SameSite=Lax',
    ]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('without "remember me" ends with the browser session, and after a day', async () => {
    const answer = await attempt({ email, password, rememberMe: false }, from('192.0.2.1'));
    const cookies = answer.headers.getSetCookie();
    expect(cookies.map((cookie) => cookie.replace(/=[^;]*/, ''))).toEqual([
      'audit-trails.session_token; Path=/; HttpOnly; SameSite=Lax',
      'audit-trails.dont_remember; Path=/; HttpOnly; SameSite=Lax',
    ]);
    const session = await fetch(`${server.url}/api/auth/get-session`, {
      headers: { cookie: cookieOf(answer) },
    });
    const { session: found } = (await session.json()) as { session: { expiresAt: string } };
    const hours = (Date.parse(found.expiresAt) - server.services.clock()) / 3_600_000;
    expect(hours).toBeGreaterThan(23);
    expect(hours).toBeLessThanOrEqual(24);
  });

  it('marks the cookie secure when the public URL is https', async () => {
    await using secured = await startTestApp(database, {
      AUDIT_PUBLIC_URL: 'https://audit.example',
    });
    const answer = await fetch(`${secured.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://audit.example' },
      body: JSON.stringify({ email, password }),
    });
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^__Secure-audit-trails\.session_token=.*; Secure/,
    );
  });

  it('never returns the session token in a body', async () => {
    const answer = await attempt({ email, password }, from('192.0.2.2'));
    const cookie = cookieOf(answer);
    const token = decodeURIComponent(cookie.split('=')[1] ?? '').split('.')[0] as string;
    expect(token.length).toBeGreaterThan(20);
    expect(await answer.text()).not.toContain(token);
    const session = await fetch(`${server.url}/api/auth/get-session`, { headers: { cookie } });
    const body = await session.text();
    expect(JSON.parse(body)).toMatchObject({ user: { email }, session: { userId } });
    expect(body).not.toContain(token);
  });

  it('starts in the organisation joined first', async () => {
    const { db } = server.services;
    const at = (day: number) => new Date(Date.UTC(2026, 0, day));
    await createOrganization({ db, clock: Date.now }, null, {
      name: 'Later',
      ownerId: userId,
      createdAt: at(2),
    });
    const { id } = await createOrganization({ db, clock: Date.now }, null, {
      name: 'First',
      ownerId: userId,
      createdAt: at(1),
    });
    const cookie = await server.signIn(email);
    const me = await server.call('query', 'session.me', undefined, { cookie });
    expect(await me.json()).toMatchObject({
      result: {
        data: {
          user: { id: userId, email },
          activeOrganizationId: id,
          organizations: [{ name: 'First', role: 'owner' }, { name: 'Later' }],
          permissions: permissionsOf('owner'),
        },
      },
    });
  });

  it('records the address that Express trusts, not one that the client claims', async () => {
    const answer = await attempt(
      { email, password },
      { ...from('203.0.113.9, 192.0.2.3'), 'x-audit-client-address': '203.0.113.9' },
    );
    expect(answer.status).toBe(200);
    const { rows } = await server.services.db.pool.query(
      'select ip_address from sessions order by created_at desc limit 1',
    );
    expect(rows).toEqual([{ ip_address: '192.0.2.3' }]);
  });

  it.each([
    [{ email: 'not an address', password }, '$.email'],
    [{ email, password: '' }, '$.password'],
    [{ email, password: 'x'.repeat(1025) }, '$.password'],
    [{ email: ['ada@example.com'], password }, '$.email'],
    [[], '$'],
  ])('answers 400 with the path for %j', async (body, path) => {
    expect(await failure(await attempt(body, from('192.0.2.4')))).toMatchObject({
      status: 400,
      error: { code: 'bad_request', path },
    });
  });

  it.each([
    ['too large', 413, 'too_large', JSON.stringify({ email, password: 'x'.repeat(16_384) }), {}],
    ['no JSON', 400, 'bad_request', '{', {}],
    ['no UTF-8', 400, 'bad_request', Buffer.from('{"email":"\xff"}', 'latin1'), {}],
    ['a form', 415, 'unsupported_media_type', 'email=a', { 'content-type': 'text/plain' }],
    ['brotli', 415, 'unsupported_media_type', '{}', { 'content-encoding': 'br' }],
  ] as const)('says of a body that it is %s', async (_what, status, code, body, headers) => {
    const answer = await fetch(`${server.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    expect(await failure(answer)).toMatchObject({ status, error: { code } });
  });

  it('rejects a user whose address is not verified, and says so only for the right password', async () => {
    await createUser(server.services, null, {
      email: 'new@example.com',
      name: 'New',
      password,
      emailVerified: false,
    });
    const right = await attempt({ email: 'new@example.com', password }, from('192.0.2.5'));
    expect(right.status).toBe(403);
    expect(right.headers.getSetCookie()).toEqual([]);
    const wrong = await attempt({ email: 'new@example.com', password: 'wrong' }, from('192.0.2.5'));
    expect(wrong.status).toBe(401);
  });

  it('rejects another site, with or without a cookie', async () => {
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      const answer = await attempt({ email, password }, headers);
      expect(await failure(answer)).toMatchObject({
        status: 403,
        error: { code: 'origin_not_allowed' },
      });
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  });
});

it('a password that is being replaced opens no session that outlives it', async () => {
  const address = 'replaced@example.com';
  const user = { email: address, name: 'Rhea', password, emailVerified: true };
  const { id } = await createUser(server.services, null, user);
  const answer = await duringTransaction(
    database.ownerUrl,
    (client) => client.query("update accounts set password = 'another' where user_id = $1", [id]),
    () => attempt({ email: address, password }, from('192.0.2.61')),
  );
  expect(answer.status).toBe(401);
  expect(await server.services.db.models.Session.count({ where: { userId: id } })).toBe(0);
});

// Passwords are slow to hash by design, and slower on a busy machine.
describe('guessing', () => {
  it('gives the same answer for known and unknown addresses, after the same work', async () => {
    using recorder = recordStatements();
    // Hashing takes most of the time: without it, an unknown address would answer several times as fast.
    const scrypt = vi.spyOn(crypto, 'scrypt');
    syncBuiltinESMExports();
    onTestFinished(() => {
      scrypt.mockRestore();
      syncBuiltinESMExports();
    });
    const counted = async (address: string) => {
      recorder.take();
      scrypt.mockClear();
      const answer = await failure(
        await attempt({ email: address, password: 'a wrong guess' }, from('192.0.2.6')),
      );
      return { answer, statements: recorder.take(), hashes: scrypt.mock.calls.length };
    };
    const known = await counted(email);
    expect(known.hashes).toBe(1);
    expect(await counted('nobody@example.com')).toEqual(known);
  });

  it.each(['limited@example.com', 'unknown@example.com'])(
    'is stopped after 10 failures in 10 minutes at %s, over several processes',
    async (address) => {
      if (address.startsWith('limited')) {
        await createUser(server.services, null, {
          email: address,
          name: 'L',
          password,
          emailVerified: true,
        });
      }
      await using other = await startTestApp(database, { AUDIT_TRUSTED_PROXIES: 'loopback' });
      const guess = (url: string, guessed: string) =>
        fetch(`${url}/api/auth/sign-in/email`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...from('192.0.2.7') },
          body: JSON.stringify({ email: address, password: guessed }),
        });
      const statuses = await Promise.all(
        Array.from(
          { length: 14 },
          async (_, index) => (await guess(index % 2 ? server.url : other.url, 'wrong')).status,
        ),
      );
      expect(statuses.filter((status) => status === 401)).toHaveLength(signInLimits.account.max);
      expect(statuses.filter((status) => status === 429)).toHaveLength(4);

      const refused = await guess(other.url, password);
      expect(refused.status).toBe(429);
      const seconds = Number(refused.headers.get('retry-after'));
      expect(seconds).toBeGreaterThan(590);
      expect(seconds).toBeLessThanOrEqual(600);

      other.advance(10 * 60 * 1000 + 1_000);
      expect((await guess(other.url, password)).status).toBe(
        address.startsWith('limited') ? 200 : 401,
      );
    },
  );

  it('is limited whether or not some attempts succeed', async () => {
    for (let round = 0; round < 12; round += 1) {
      expect((await attempt({ email, password }, from('192.0.2.8'))).status).toBe(200);
    }
  });

  it('is limited to 60 attempts a minute from one address, or IPv6 network', async () => {
    // Most are rejected for their account before a password is hashed, and still count.
    const body = { email: 'unknown@example.com', password: 'wrong' };
    const attempts = Array.from({ length: 60 }, (_, index) =>
      attempt(body, from(`2001:db8:0:7::${index.toString(16)}`)),
    );
    await Promise.all(attempts);
    const error = await failure(await attempt({ email, password }, from('2001:db8:0:7::ffff')));
    expect(error).toMatchObject({
      status: 429,
      error: { message: expect.stringContaining('60 attempts') },
    });
    expect((await attempt({ email, password }, from('2001:db8:0:8::1'))).status).toBe(200);
  });

  it('leaves no rows after the windows have ended', async () => {
    server.advance(20 * 60 * 1000);
    for (let round = 0; round < 3; round += 1)
      await attempt({ email, password }, from('192.0.2.9'));
    const { rows } = await server.services.db.pool.query('select count(*) from sign_in_limits');
    expect(rows).toEqual([{ count: 2 }]);
  });
});

describe.skipIf(!foreignData)('AUDIT_FOREIGN_DATA: naughty strings', () => {
  it('as an address or a password do not sign in and do not fail', async () => {
    const digest = async () => {
      const tables = await digestTables(database.ownerUrl);
      // Attempts are counted, and followers may still be reading the events of earlier tests.
      for (const name of ['sign_in_limits', 'event_targets', 'projections']) {
        delete tables[`public.${name}`];
      }
      return tables;
    };
    const before = await digest();
    const status = async (fields: object) =>
      (await attempt({ email, password, ...fields }, from('198.51.100.1'))).status;
    for (const text of naughtyStrings) {
      expect(await status({ email: text, password: text }), text).toBe(400);
      expect(await status({ rememberMe: text }), text).toBe(400);
    }
    // Each valid address costs a password hash.
    for (const address of oddAddresses.filter((_, index) => index % 8 === 0)) {
      expect([400, 401, 429], address).toContain(await status({ email: address }));
    }
    for (const text of ['a\0b', '\ud800', ...naughtyStrings.slice(100, 110)]) {
      const guess = { email: 'nobody@example.org', password: text };
      expect([401, 429], text).toContain(await status(guess));
    }
    expect(await digest()).toEqual(before);
  });

  it('as a cookie, a key or an address are not authenticated', async () => {
    for (const text of naughtyStrings) {
      const encoded = encodeURIComponent(text);
      const headers = { cookie: `audit-trails.session_token=${encoded}.${encoded}` };
      expect((await server.call('query', 'session.me', undefined, headers)).status).toBe(401);
      const key = { authorization: `Bearer ${encoded}` };
      expect((await server.call('query', 'session.me', undefined, key)).status).toBe(401);
      const session = await fetch(`${server.url}/api/auth/get-session`, {
        headers: { ...headers, ...from(encoded), 'user-agent': encoded },
      });
      expect([session.status, await session.json()]).toEqual([200, null]);
    }
  });
});

describe('a session', () => {
  it('is new at each sign-in, whatever cookie was sent', async () => {
    const planted = 'audit-trails.session_token=planted.c2lnbmF0dXJl';
    const first = cookieOf(await attempt({ email, password }, { cookie: planted }));
    const second = cookieOf(
      await attempt({ email, password }, { cookie: first, origin: server.url }),
    );
    expect(first).not.toContain('planted');
    expect(second).not.toBe(first);
  });

  it('ends with sign-out, on the server too', async () => {
    const cookie = await server.signIn(email);
    const answer = await fetch(`${server.url}/api/auth/sign-out`, {
      method: 'POST',
      headers: { cookie, origin: server.url },
    });
    expect(await answer.json()).toEqual({ success: true });
    expect(answer.headers.getSetCookie()).toEqual(
      ['session_token', 'session_data', 'dont_remember'].map(
        (name) => `audit-trails.${name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax`,
      ),
    );
    const me = await server.call('query', 'session.me', undefined, { cookie });
    expect(me.status).toBe(401);
  });

  it('needs the signature of its cookie', async () => {
    const cookie = await server.signIn(email);
    const [name, value = ''] = cookie.split('=');
    const [token] = decodeURIComponent(value).split('.');
    for (const forged of [token, `${token}.`, `${token}.${Buffer.alloc(32).toString('base64')}`]) {
      const headers = { cookie: `${name}=${encodeURIComponent(forged as string)}` };
      expect((await server.call('query', 'session.me', undefined, headers)).status).toBe(401);
    }
  });

  it('ends after its time', async () => {
    const cookie = await server.signIn(email);
    const status = async () =>
      (await server.call('query', 'session.me', undefined, { cookie })).status;
    const weekMs = 7 * 24 * 60 * 60 * 1000;
    server.advance(weekMs - 60_000);
    expect(await status()).toBe(200);
    server.advance(60_000);
    expect(await status()).toBe(401);
    server.advance(-weekMs);
  });

  it('that has expired is deleted by the next sign-in', async () => {
    const { pool } = server.services.db;
    await pool.query("update sessions set expires_at = now() - interval '1 second'");
    await server.signIn(email);
    const { rows } = await pool.query('select count(*) from sessions where user_id = $1', [userId]);
    expect(rows).toEqual([{ count: 1 }]);
  });

  it('switches only to an organisation of its user; any other gets not found', async () => {
    const { db } = server.services;
    const cookie = await server.signIn(email);
    const foreign = await createOrganization({ db, clock: Date.now }, null, { name: 'Foreign' });
    const setActive = (organizationId: string) =>
      server.call('mutation', 'organizations.setActive', { organizationId }, { cookie });
    const strip = async (answer: Response) => {
      const body = (await answer.json()) as { error: { data: { requestId?: string } } };
      delete body.error.data.requestId;
      return { status: answer.status, body };
    };
    const unknown = await strip(await setActive(crypto.randomUUID()));
    expect(unknown.status).toBe(404);
    expect(await strip(await setActive(foreign.id))).toEqual(unknown);
    const own = await createOrganization({ db, clock: Date.now }, null, {
      name: 'Own',
      ownerId: userId,
    });
    expect((await setActive(own.id)).status).toBe(200);
    const me = await server.call('query', 'session.me', undefined, { cookie });
    expect(await me.json()).toMatchObject({ result: { data: { activeOrganizationId: own.id } } });
  });

  it('does not move to an organisation that its user is being removed from', async () => {
    const cookie = await server.signIn(email);
    const { id } = await createOrganization(server.services, null, {
      name: 'Left',
      ownerId: userId,
    });
    const answer = await duringTransaction(
      database.ownerUrl,
      (client) => client.query('delete from members where organization_id = $1', [id]),
      () => server.call('mutation', 'organizations.setActive', { organizationId: id }, { cookie }),
    );
    expect(answer.status).toBe(404);
  });

  it('changes nothing for a request from another site', async () => {
    const cookie = await server.signIn(email);
    const { id: organizationId } = await createOrganization(server.services, null, {
      name: 'Mine',
      ownerId: userId,
    });
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: server.url, 'sec-fetch-site': 'cross-site' },
      { origin: 'null' },
    ]) {
      const answer = await server.call(
        'mutation',
        'organizations.setActive',
        { organizationId },
        {
          cookie,
          ...headers,
        },
      );
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({
        error: { data: { code: 'origin_not_allowed' } },
      });
    }
  });
});

describe('the trail', () => {
  const person = { email: 'trailed@example.com', name: 'Trailed', password, emailVerified: true };
  const places: string[] = [];
  let id: string;

  beforeAll(async () => {
    const { db } = server.services;
    ({ id } = await createUser({ db, clock: Date.now }, null, person));
    for (const name of ['One', 'Two']) {
      places.push(
        (await createOrganization({ db, clock: Date.now }, null, { name, ownerId: id })).id,
      );
    }
  });

  /** The events of one of the user's organisations; the other must have the same. */
  async function expectRecorded(types: string[]): Promise<void> {
    for (const place of places) {
      await expect.poll(() => readTrailTypes(server.services, place)).toEqual(types);
    }
  }

  it('of each organisation records sign-ins, failures and sign-outs', async () => {
    const { email: address } = person;
    await attempt({ email: address, password: 'a wrong guess' }, from('192.0.2.20'));
    const cookie = await server.signIn(address);
    const signOut = () =>
      fetch(`${server.url}/api/auth/sign-out`, {
        method: 'POST',
        headers: { cookie, origin: server.url },
      });
    await Promise.all([signOut(), signOut()]);
    await expectRecorded(['session.sign_in_failure', 'session.sign_in', 'session.sign_out']);
    const again = await server.signIn(address);
    const list = await server.call('query', 'events.list', {}, { cookie: again });
    const { result } = (await list.json()) as {
      result: {
        data: { events: { type: string; actor: object; context: { sessionId?: string } }[] };
      };
    };
    // The oldest three: the newest sign-in may still be on its way.
    const [failed, signedIn, out] = result.data.events.toReversed();
    expect(failed).toMatchObject({
      actor: { type: 'user', id, email: address },
      outcome: 'failure',
      reason: 'wrong_password',
      context: { ip: '192.0.2.20' },
    });
    const session = signedIn?.context.sessionId;
    expect(session).toMatch(/^[0-9a-f-]{36}$/);
    expect(out?.context.sessionId).toBe(session);
  });

  it('records a locked account once per window', async () => {
    const before = ['session.sign_in_failure', 'session.sign_in', 'session.sign_out'];
    const guess = () => attempt({ email: person.email, password: 'wrong' }, from('192.0.2.21'));
    const statuses: number[] = [];
    for (let time = 0; time < 14; time += 1) statuses.push((await guess()).status);
    const failures = statuses.filter((status) => status === 401).length;
    expect(statuses.at(-1)).toBe(429);
    await expectRecorded([
      ...before,
      'session.sign_in',
      ...Array<string>(failures + 1).fill('session.sign_in_failure'),
    ]);
  });

  it('does not record a sign-in that is rolled back', async () => {
    const { pool } = server.services.db;
    const count = async () =>
      (await pool.query('select count(*) from sessions where user_id = $1', [id])).rows[0];
    server.advance(11 * 60 * 1000);
    const sessions = await count();
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    await owner.query('revoke insert on outbox from audit_api');
    const answer = await attempt({ email: person.email, password }, from('192.0.2.22'));
    await owner.query('grant insert on outbox to audit_api');
    await owner.end();
    expect(answer.status).toBe(500);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await count()).toEqual(sessions);
  });
});

describe('better-auth', () => {
  it('serves three of its routes; all others get not found', async () => {
    const paths = Object.values(
      server.services.auth.api as unknown as Record<string, { path?: string }>,
    )
      .flatMap(({ path }) => (path ? [path] : []))
      .filter((path) => !['/sign-in/email', '/sign-out', '/get-session'].includes(path));
    expect(paths.length).toBeGreaterThan(40);
    const cookie = await server.signIn(email);
    for (const path of [...paths, '/no-such-route']) {
      for (const method of ['GET', 'POST']) {
        const answer = await fetch(`${server.url}/api/auth${path}`, {
          method,
          headers: { cookie, origin: server.url, 'content-type': 'application/json' },
          ...(method === 'POST' ? { body: '{}' } : {}),
        });
        expect(answer.status, `${method} ${path}`).toBe(404);
      }
    }
  });
});

it('no password, token or cookie is ever logged', async () => {
  const cookie = await server.signIn(email);
  await attempt({ email, password: 'a wrong guess' });
  await server.call('query', 'session.me', undefined, { cookie });
  const { pool } = server.services.db;
  await pool.query('select 1');
  const text = server.logged.join('\n');
  for (const secret of [
    password,
    'a wrong guess',
    decodeURIComponent(cookie.split('=')[1] ?? ''),
  ]) {
    expect(text).not.toContain(secret);
  }
});
