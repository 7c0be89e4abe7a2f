import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppError } from '@liblab/audit-core';
import { addMember } from '../src/portal/accounts/add-member.ts';
import { createOrganization } from '../src/portal/identity/create-organization.ts';
import { createUser } from '../src/portal/accounts/create-user.ts';
import { createKey } from '../src/portal/keys/create-key.ts';
import { createKeyFinder } from '../src/portal/keys/find-key.ts';
import type { KeyRow } from '../src/portal/keys/list-keys.ts';
import { foreignData, formulas, naughtyStrings } from './support/foreign-data.ts';
import { openSession } from './support/open-session.ts';
import { password, startTestApp, type TestApp } from './support/test-app.ts';
import { createTestDatabase } from './support/test-database.ts';

const day = 24 * 60 * 60 * 1000;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApp;
let ownerId: string;
let organizationId: string;
let cookie: string;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startTestApp(database);
  const { db } = server.services;
  const owner = { email: 'owner@example.com', name: 'Olive', password, emailVerified: true };
  ({ id: ownerId } = await createUser({ db, clock: Date.now }, null, owner));
  ({ id: organizationId } = await createOrganization({ db, clock: Date.now }, null, {
    name: 'Keys',
    ownerId,
  }));
  cookie = await openSession(server, owner.email);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

async function resultOf<T>(answer: Response): Promise<T> {
  const body = (await answer.json()) as { result?: { data: T }; error?: unknown };
  if (!body.result) throw new Error(JSON.stringify(body.error));
  return body.result.data;
}

async function makeKey(input: object = {}): Promise<{ key: KeyRow; secret: string }> {
  const spec = { name: 'CI', scopes: ['read'], ...input };
  return resultOf(await server.call('mutation', 'keys.create', spec, { cookie }));
}

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

/** The statuses of a call that any `read` key may make. */
async function use(secret: string, at = server): Promise<number> {
  return (await at.call('query', 'events.list', {}, bearer(secret))).status;
}

async function refusal(secret: string): Promise<unknown> {
  const answer = await server.call('query', 'events.list', {}, { authorization: secret });
  const body = (await answer.json()) as { error: { data: { requestId?: string } } };
  delete body.error.data.requestId;
  return { status: answer.status, ...body };
}

describe('creating a key', () => {
  it('returns its secret once and stores only its hash', async () => {
    const { key, secret } = await makeKey({
      name: ' Build bot ',
      scopes: ['read', 'emit'],
      emitTypes: ['user.build'],
      days: 30,
    });
    expect(secret).toMatch(/^llat_[A-Za-z0-9_-]{43}$/);
    expect(key).toMatchObject({
      name: 'Build bot',
      scopes: ['emit', 'read'],
      emitTypes: ['user.build'],
      createdBy: { name: 'Olive', email: 'owner@example.com' },
      lastUsedAt: null,
      revokedAt: null,
      prefix: `${secret.slice(0, 9)}…`,
    });
    expect(Date.parse(key.expiresAt) - Date.parse(key.createdAt)).toBe(30 * day);
    const { keys } = await resultOf<{ keys: KeyRow[] }>(
      await server.call('query', 'keys.list', undefined, { cookie }),
    );
    expect(keys[0]).toEqual(key);
    const { rows } = await server.services.db.pool.query(
      'select keys::text as row from keys where id = $1',
      [key.id],
    );
    expect(rows[0].row).not.toContain(secret.slice(9));
  });

  it('makes it valid for 90 days by default', async () => {
    const { key } = await makeKey();
    expect(Date.parse(key.expiresAt) - Date.parse(key.createdAt)).toBe(90 * day);
  });

  it.each([
    [{ days: 0 }, '$.days'],
    [{ days: 365 }, '$.days'],
    [{ days: 1.5 }, '$.days'],
    [{ name: '' }, '$.name'],
    [{ scopes: [] }, '$.scopes'],
    [{ scopes: ['admin'] }, '$.scopes[0]'],
    [{ scopes: ['read'], emitTypes: ['user.build'] }, '$.emitTypes'],
    [{ scopes: ['emit'], emitTypes: ['Not a type'] }, '$.emitTypes[0]'],
  ])('rejects %j with its path', async (input, path) => {
    const spec = { name: 'CI', scopes: ['read'], ...input };
    const answer = await server.call('mutation', 'keys.create', spec, { cookie });
    expect(await answer.json()).toMatchObject({
      error: { data: { code: 'bad_request', httpStatus: 400, path } },
    });
  });

  it.each([
    ['U+0000', 'a\0b'],
    ['a lone surrogate', 'a\ud800'],
  ])('rejects a name with %s', async (_what, name) => {
    const answer = await server.call(
      'mutation',
      'keys.create',
      { name, scopes: ['read'] },
      { cookie },
    );
    expect(await answer.json()).toMatchObject({
      error: { data: { httpStatus: 400, path: '$.name' } },
    });
  });

  it('is for people: a key cannot create, list or revoke keys', async () => {
    const { key, secret } = await makeKey({ scopes: ['emit', 'import', 'build', 'read'] });
    const answers = [
      await server.call('query', 'keys.list', {}, bearer(secret)),
      await server.call('mutation', 'keys.create', { name: 'x', scopes: ['read'] }, bearer(secret)),
      await server.call('mutation', 'keys.revoke', { id: key.id }, bearer(secret)),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
  });
});

describe.skipIf(!foreignData)('AUDIT_FOREIGN_DATA: naughty strings', () => {
  const texts = [...new Set([...naughtyStrings, ...formulas].map((text) => text.trim()))];

  type Result = { result?: unknown; error?: { data: { httpStatus: number; path?: string } } };

  /** Creates keys, up to a person's limit per organisation and a few per request. */
  async function makeKeys(inputs: readonly object[]) {
    const results: Result[] = [];
    const keys: KeyRow[] = [];
    for (let start = 0; start < inputs.length; start += 100) {
      const made = await makeKeysInOne(inputs.slice(start, start + 100));
      results.push(...made.results);
      keys.push(...made.keys);
    }
    return { results, keys };
  }

  async function makeKeysInOne(inputs: readonly object[]) {
    const { db } = server.services;
    const { id } = await createOrganization({ db, clock: Date.now }, null, {
      name: 'Naughty',
      ownerId,
    });
    const results: Result[] = [];
    for (let start = 0; start < inputs.length; start += 20) {
      const batch = inputs.slice(start, start + 20);
      const calls = batch.map((input, n) => [n, { organizationId: id, ...input }]);
      const path = batch.map(() => 'keys.create').join();
      const body = Object.fromEntries(calls) as object;
      const answer = await server.call('mutation', `${path}?batch=1`, body, { cookie });
      results.push(...((await answer.json()) as Result[]));
    }
    const listed = await server.call('query', 'keys.list', { organizationId: id }, { cookie });
    return { results, ...(await resultOf<{ keys: KeyRow[] }>(listed)) };
  }

  it('as names are stored unchanged', async () => {
    const { results, keys } = await makeKeys(
      texts.map((text) => ({ name: ` ${text}`, scopes: ['read'] })),
    );
    const kept = texts.filter((_, index) => results[index]?.result);
    expect(kept.length).toBeGreaterThan(450);
    expect(keys.map(({ name }) => name).toSorted()).toEqual(kept.toSorted());
    for (const [index, { error }] of results.entries()) {
      if (error)
        expect(error.data, texts[index]).toMatchObject({ httpStatus: 400, path: '$.name' });
    }
  });

  it('as anything else create no key', async () => {
    const { results, keys } = await makeKeys(
      texts.flatMap((text) => [
        { name: 'CI', scopes: [text] },
        { name: 'CI', scopes: ['emit'], emitTypes: [`${text} `] },
        { name: 'CI', scopes: ['read'], days: text },
        { name: 'CI', scopes: ['read'], organizationId: text },
      ]),
    );
    expect(new Set(results.map(({ error }) => error?.data.httpStatus))).toEqual(new Set([400]));
    expect(keys).toEqual([]);
  });
});

describe('an invalid key', () => {
  it('gets the same answer whether it is malformed or unknown', async () => {
    const unknown = await refusal(`Bearer llat_${'A'.repeat(43)}`);
    expect(unknown).toMatchObject({ status: 401, error: { data: { code: 'unauthenticated' } } });
    for (const malformed of [
      'Bearer llat_short',
      'Bearer',
      'Basic dXNlcjpwYXNz',
      '',
      `llat_${'A'.repeat(43)}`,
    ]) {
      expect(await refusal(malformed), malformed).toEqual(unknown);
    }
  });

  it('is rejected, also together with a valid cookie', async () => {
    const answer = await server.call('query', 'session.me', undefined, {
      cookie,
      ...bearer('llat_wrong'),
    });
    expect(answer.status).toBe(401);
  });

  it('that has expired says so', async () => {
    await using later = await startTestApp(database);
    const { secret } = await makeKey({ days: 1 });
    expect(await use(secret, later)).toBe(200);
    later.advance(day + 1);
    const answer = await later.call('query', 'events.list', {}, bearer(secret));
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({
      error: { message: expect.stringContaining('expired') },
    });
  });
});

describe('revoking', () => {
  it('takes effect immediately in the same process, within 5 seconds in others, and keeps the row', async () => {
    await using other = await startTestApp(database);
    const { key, secret } = await makeKey();
    expect([await use(secret), await use(secret, other)]).toEqual([200, 200]);

    const { key: revoked } = await resultOf<{ key: KeyRow }>(
      await server.call('mutation', 'keys.revoke', { id: key.id }, { cookie }),
    );
    expect(revoked.revokedAt).not.toBeNull();
    expect(await use(secret)).toBe(401);
    other.advance(5_000);
    expect(await use(secret, other)).toBe(401);
    expect(await refusal(`Bearer ${secret}`)).toMatchObject({
      error: { message: expect.stringContaining('revoked') },
    });
    const { keys } = await resultOf<{ keys: KeyRow[] }>(
      await server.call('query', 'keys.list', {}, { cookie }),
    );
    expect(keys.find(({ id }) => id === key.id)?.revokedAt).toBe(revoked.revokedAt);
  });

  it('twice changes nothing', async () => {
    const { key } = await makeKey();
    const revoke = () => server.call('mutation', 'keys.revoke', { id: key.id }, { cookie });
    const first = await resultOf<{ key: KeyRow }>(await revoke());
    server.advance(1_000);
    expect(await resultOf(await revoke())).toEqual(first);
  });

  it('ends a service key for this organisation only; another organisation’s key is not found', async () => {
    const { services } = server;
    const { id: otherId } = await createOrganization(services, null, { name: 'Other' });
    const service = await createKey(services, null, {
      name: 'Service',
      scopes: ['read'],
      organizationIds: [organizationId, otherId],
    });
    const foreign = await createKey(services, null, {
      name: 'Foreign',
      scopes: ['read'],
      organizationIds: [otherId],
    });
    const list = (id: string) =>
      server.call('query', 'events.list', { organizationId: id }, bearer(service.secret));
    expect((await server.call('query', 'events.list', {}, bearer(service.secret))).status).toBe(
      400,
    );
    expect([(await list(organizationId)).status, (await list(otherId)).status]).toEqual([200, 200]);

    await resultOf(await server.call('mutation', 'keys.revoke', { id: service.id }, { cookie }));
    expect([(await list(organizationId)).status, (await list(otherId)).status]).toEqual([404, 200]);

    const revoke = async (id: string) => {
      const answer = await server.call('mutation', 'keys.revoke', { id }, { cookie });
      const body = (await answer.json()) as { error: { data: { requestId?: string } } };
      delete body.error.data.requestId;
      return { status: answer.status, body };
    };
    const unknown = await revoke(crypto.randomUUID());
    expect(unknown.status).toBe(404);
    expect(await revoke(foreign.id)).toEqual(unknown);
    expect(await use(foreign.secret)).toBe(200);
  });

  it('sees a role that is lowered concurrently', async () => {
    const { db } = server.services;
    const { id: userId } = await createUser({ db, clock: Date.now }, null, {
      email: 'admin@example.com',
      name: 'A',
      password,
      emailVerified: true,
    });
    await addMember({ db, clock: Date.now }, null, { organizationId, userId, role: 'admin' });
    const theirs = await openSession(server, 'admin@example.com');
    const list = async () =>
      (await server.call('query', 'keys.list', {}, { cookie: theirs })).status;
    expect(await list()).toBe(200);
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    await owner.query("update members set role = 'auditor' where user_id = $1", [userId]);
    expect(await list()).toBe(403);
    await owner.query('delete from members where user_id = $1', [userId]);
    expect(await list()).toBe(404);
    await owner.end();
  });
});

describe('the key finder', () => {
  /** Counts lookups sent to the real database. */
  function countingFinder() {
    const { pool } = server.services.db;
    const statements: string[] = [];
    const counting = {
      query: (text: string, values: unknown[]) => {
        statements.push(text.trim().split(' ')[0] as string);
        return pool.query(text, values);
      },
    } as unknown as typeof pool;
    let now = Date.now();
    const finder = createKeyFinder({
      pool: counting,
      clock: () => now,
      log: pino({ enabled: false }),
    });
    return { finder, statements, advance: (ms: number) => void (now += ms) };
  }

  it('reads a key once in 5 seconds, also for concurrent requests', async () => {
    const { secret } = await makeKey();
    const { finder, statements, advance } = countingFinder();
    const find = () => finder.find(`Bearer ${secret}`);
    await Promise.all(Array.from({ length: 50 }, find));
    await finder.settled();
    expect(statements.filter((verb) => verb === 'select')).toHaveLength(1);
    advance(5_001);
    await find();
    expect(statements.filter((verb) => verb === 'select')).toHaveLength(2);
  });

  it('caches unknown keys too, and rejects malformed ones without a query', async () => {
    const { finder, statements } = countingFinder();
    for (let round = 0; round < 3; round += 1) {
      await expect(finder.find(`Bearer llat_${'B'.repeat(43)}`)).rejects.toMatchObject({
        code: 'unauthenticated',
      });
      await expect(finder.find('Bearer llat_B')).rejects.toMatchObject({ code: 'unauthenticated' });
    }
    expect(statements).toEqual(['select']);
  });

  it('keeps keys in use cached when many keys are guessed', async () => {
    const { secret } = await makeKey();
    const { finder, statements } = countingFinder();
    await finder.find(`Bearer ${secret}`);
    const guesses = Array.from(
      { length: 1_200 },
      (_, index) => `Bearer llat_${String(index).padStart(43, 'C')}`,
    );
    for (const guess of guesses) await finder.find(guess).catch(() => {});
    statements.length = 0;
    await finder.find(`Bearer ${secret}`);
    expect(statements).toEqual([]);
    await finder.find(guesses[0] as string).catch(() => {});
    await finder.find(guesses.at(-1) as string).catch(() => {});
    expect(statements).toEqual(['select']);
  });

  it('does not cache a failed lookup', async () => {
    const { secret } = await makeKey();
    const { pool } = server.services.db;
    let down = true;
    const flaky = {
      query: (text: string, values: unknown[]) =>
        down
          ? Promise.reject(new Error('Connection terminated unexpectedly'))
          : pool.query(text, values),
    } as unknown as typeof pool;
    const finder = createKeyFinder({ pool: flaky, clock: Date.now, log: pino({ enabled: false }) });
    await expect(finder.find(`Bearer ${secret}`)).rejects.toThrow('Connection terminated');
    down = false;
    await expect(finder.find(`Bearer ${secret}`)).resolves.toMatchObject({
      kind: 'key',
      name: 'CI',
    });
    await finder.settled();
  });

  it('writes the time of use at most once a minute', async () => {
    const { key, secret } = await makeKey();
    const { finder, statements, advance } = countingFinder();
    const used = async () => {
      await finder.find(`Bearer ${secret}`);
      await finder.settled();
      return statements.filter((verb) => verb === 'update').length;
    };
    expect([await used(), await used()]).toEqual([1, 1]);
    advance(59_000);
    expect(await used()).toBe(1);
    advance(1_000);
    expect(await used()).toBe(2);
    const { rows } = await server.services.db.pool.query(
      'select last_used_at from keys where id = $1',
      [key.id],
    );
    expect(rows[0].last_used_at).toBeInstanceOf(Date);
  });
});

it('no secret of a key appears in a log or an error', async () => {
  const { secret } = await makeKey();
  await use(secret);
  const error = (await server.services.keys
    .find(`Bearer ${secret}x`)
    .catch((failure: unknown) => failure)) as AppError;
  expect(JSON.stringify([error.message, error.detail ?? null])).not.toContain(secret.slice(5));
  expect(server.logged.join('\n')).not.toContain(secret.slice(5));
});
