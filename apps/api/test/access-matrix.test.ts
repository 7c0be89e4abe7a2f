/** Who may do what: every procedure and every route, over every kind of caller. Nothing is allowed that is not declared. */

import type { Permission } from '@liblab/audit-core';
import type { AnyTRPCProcedure } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Access } from '../src/access/authorize.ts';
import { declarationOf, type Route } from '../src/access/route.ts';
import { followTargets } from '../src/events/follow-targets.ts';
import { addMember } from '../src/identity/add-member.ts';
import { createOrganization } from '../src/identity/create-organization.ts';
import { createUser } from '../src/identity/create-user.ts';
import { createKey } from '../src/keys/create-key.ts';
import { appRouter } from '../src/router.ts';
import { routes } from '../src/routes.ts';
import { password, startTestApp, type TestApp } from './support/test-app.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

/** The callers. `own`: works in the organisation that is asked for. */
const callers = {
  owner: { kind: 'user', own: true },
  admin: { kind: 'user', own: true },
  auditor: { kind: 'user', own: true },
  member: { kind: 'user', own: true },
  'stranger without an organisation': { kind: 'user', own: false },
  'owner of another organisation': { kind: 'user', own: false },
  'emit key': { kind: 'key', own: true },
  'import key': { kind: 'key', own: true },
  'build key': { kind: 'key', own: true },
  'read key': { kind: 'key', own: true },
  'service key of both': { kind: 'key', own: true },
  'key of another organisation': { kind: 'key', own: false },
  anonymous: { kind: 'nobody', own: false },
  'revoked key': { kind: 'nobody', own: true },
  'expired key': { kind: 'nobody', own: true },
  'unknown key': { kind: 'nobody', own: false },
} as const;
type Caller = keyof typeof callers;
const callerNames = Object.keys(callers) as Caller[];

/** Written down apart from the code that grants it: who holds each permission, in the own organisation. */
const holders: Record<Permission, Caller[]> = {
  'trail:read': ['owner', 'admin', 'auditor', 'read key', 'service key of both'],
  'trail:export': ['owner', 'admin', 'auditor', 'read key', 'service key of both'],
  'keys:manage': ['owner', 'admin'],
  'events:emit': ['emit key', 'import key', 'service key of both', 'key of another organisation'],
};

/** `hidden`: as if the organisation did not exist. */
type Outcome = 'allowed' | 'unauthenticated' | 'forbidden' | 'hidden';

function expected(access: Access, items: boolean, caller: Caller): Outcome {
  const { kind, own } = callers[caller];
  if (access === 'public') return 'allowed';
  if (kind === 'nobody') return 'unauthenticated';
  if (access === 'session') return kind === 'user' ? 'allowed' : 'forbidden';
  if (!own && !items) return 'hidden';
  return holders[access].includes(caller) ? 'allowed' : 'forbidden';
}

let database: TestDatabase;
let server: TestApp;
const credentials = {} as Record<Caller, Record<string, string>>;
const ids = { own: '', other: '', event: '', otherEvent: '', key: '', otherKey: '' };

interface Example {
  /** What an allowed caller is answered; 200 when absent. */
  status?: number;
  input?: () => object;
  /** The path and body of a route. */
  request?: () => { path: string; body?: unknown };
  /** Answers `hidden` to who is no member, though any session may call it. */
  members?: true;
  /** Would end the callers' sessions. */
  withoutCredentials?: true;
}

/** An input for each procedure and route. Without one, the test that walks them fails. */
const examples: Record<string, Example> = {
  'session.me': {},
  'organizations.setActive': { input: () => ({}), members: true },
  'catalogue.list': {},
  'events.list': {},
  'events.count': {},
  'events.get': { input: () => ({ id: ids.event }) },
  'builds.get': { input: () => ({ id: targetOf('own', 'user.build') }) },
  'documents.get': { input: () => ({ id: targetOf('own', 'user.approved_doc') }) },
  'keys.list': {},
  'keys.create': { input: () => ({ name: 'made by the matrix', scopes: ['read'] }) },
  'keys.revoke': { input: () => ({ id: ids.key }) },
  'get /healthz': {},
  'get /readyz': {},
  'get /metrics': {},
  'get /api/auth/get-session': {},
  'post /api/auth/sign-in/email': {
    request: () => ({
      path: '/api/auth/sign-in/email',
      body: { email: emailOf('owner'), password },
    }),
  },
  'post /api/auth/sign-out': { withoutCredentials: true },
  'post /api/v1/events': {
    request: () => ({
      path: '/api/v1/events',
      body: { events: [event(crypto.randomUUID(), 'own')] },
    }),
  },
  'get /api/v1/events.csv': {
    request: () => ({ path: `/api/v1/events.csv?organizationId=${ids.own}` }),
  },
  ...Object.fromEntries(
    [
      ['checkpoint', 'checkpoint'],
      ['log.vkey', 'log.vkey'],
      ['witness.vkey', 'witness.vkey'],
      ['tile/*path', 'tile/0/000.p/1'],
      ['receipts/:file', 'receipts/0.tlog-proof'],
    ].map(([path, sample]) => [
      `get /log/:organizationId/${path}`,
      // No signer runs here: who is let in learns that nothing is signed yet.
      { request: () => ({ path: `/log/${ids.own}/${sample}` }), status: 404 },
    ]),
  ),
};

const procedures = Object.entries(
  appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>,
).map(([path, { _def }]) => ({
  path,
  type: _def.type as 'query' | 'mutation',
  access: (_def.meta as { access?: Access } | undefined)?.access,
}));

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startTestApp(database);
  await server.services.readiness.becomeReady(undefined);
  await makePeople();
  await makeKeys();
  await makeEvents();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

describe('what is served', () => {
  it('is declared: every procedure', () => {
    const accesses: unknown[] = ['public', 'session', ...Object.keys(holders)];
    for (const { path, access } of procedures) {
      expect(accesses, `${path} declares ${access}`).toContain(access);
    }
  });

  it('is declared: every layer of the application', () => {
    const undeclared = server.app.router.stack.flatMap(({ name, route, handle }) => {
      if (route)
        return route.stack.every((layer) => declarationOf(layer.handle)) ? [] : [route.path];
      return handle.length === 4 ? [] : [name];
    });
    // Whatever is added here answers without anybody being asked who they are.
    expect(undeclared).toEqual([
      'requestId',
      'closeWhenStopping',
      'helmetMiddleware',
      'trpc',
      'serveStatic',
      '/{*path}',
    ]);
  });

  it('is in this test: each procedure and route has an example', () => {
    const served = [...procedures.map(({ path }) => path), ...routes.map(nameOf)];
    expect(Object.keys(examples).toSorted()).toEqual(served.toSorted());
  });
});

describe('every procedure', () => {
  it.each(procedures)('$path', async ({ path, type, access = 'public' }) => {
    const example = examples[path] as Example;
    const actual: Partial<Record<Caller, string>> = {};
    const wanted: Partial<Record<Caller, string>> = {};
    for (const caller of callerNames) {
      const outcome = expected(access, false, caller);
      const foreign = example.members === true && outcome === 'allowed' && !callers[caller].own;
      wanted[caller] = statusOf(foreign ? 'hidden' : outcome, example);
      const input = { organizationId: ids.own, ...example.input?.() };
      actual[caller] = await describeAnswer(
        await server.call(type, path, input, credentials[caller]),
      );
    }
    expect(actual).toEqual(wanted);
  });
});

describe('every route', () => {
  it.each(routes.map((route) => ({ name: nameOf(route), route })))(
    '$name',
    async ({ name, route }) => {
      const example = examples[name] as Example;
      const actual: Partial<Record<Caller, string>> = {};
      const wanted: Partial<Record<Caller, string>> = {};
      for (const caller of callerNames) {
        const items = 'organization' in route && route.organization === 'items';
        wanted[caller] = statusOf(expected(route.access, items, caller), example);
        actual[caller] = await describeAnswer(
          await ask(route, example, example.withoutCredentials ? {} : credentials[caller]),
        );
      }
      expect(actual).toEqual(wanted);
    },
  );
});

describe('what belongs to another organisation answers as what does not exist', () => {
  const askers = ['owner', 'auditor', 'stranger without an organisation', 'read key'] as const;
  const named = procedures.filter(({ path }) => !['session.me', 'catalogue.list'].includes(path));
  const namedRoutes = routes.filter(({ path }) => /:organizationId|\.csv$/.test(path)).map(nameOf);

  it.each(named)('$path', async ({ path, type }) => {
    for (const caller of askers) {
      const at = async (organizationId: string) => {
        const input = { ...examples[path]?.input?.(), organizationId };
        return comparable(await server.call(type, path, input, credentials[caller]));
      };
      expect(await at(ids.other), caller).toEqual(await at(crypto.randomUUID()));
    }
  });

  it.each(namedRoutes)('%s', async (name) => {
    const path = examples[name]?.request?.().path as string;
    for (const caller of askers) {
      const at = async (organizationId: string) => {
        const url = server.url + path.replace(ids.own, organizationId);
        return comparable(await fetch(url, { headers: credentials[caller] }));
      };
      const foreign = await at(ids.other);
      expect(foreign.status).toBe(404);
      expect(foreign, caller).toEqual(await at(crypto.randomUUID()));
    }
  });

  it.each([
    ['events.get', 'query', () => ids.otherEvent],
    ['builds.get', 'query', () => targetOf('other', 'user.build')],
    ['documents.get', 'query', () => targetOf('other', 'user.approved_doc')],
    ['keys.revoke', 'mutation', () => ids.otherKey],
  ] as const)('%s, asked in the own organisation', async (path, type, foreignId) => {
    const at = async (id: string) =>
      comparable(await server.call(type, path, { id }, credentials.owner));
    const foreign = await at(foreignId());
    expect(foreign.status).toBe(404);
    expect(foreign).toEqual(await at(crypto.randomUUID()));
  });

  it('the ingest door, event by event, and records nothing there', async () => {
    const count = async () => {
      const { rows } = await server.services.db.pool.query(
        'select count(*) from audit_events where organization_id = $1',
        [ids.other],
      );
      return rows[0].count as number;
    };
    const before = await count();
    const rejections = await Promise.all(
      [ids.other, crypto.randomUUID()].map(async (organizationId) => {
        const answer = await emit('emit key', [{ ...event(ids.event, 'own'), organizationId }]);
        return ((await answer.json()) as { results: unknown[] }).results;
      }),
    );
    expect(rejections[0]).toEqual([expect.objectContaining({ status: 'rejected' })]);
    expect(rejections[0]).toEqual(rejections[1]);
    expect(await count()).toBe(before);
  });
});

describe('without an organisation named', () => {
  const list = (caller: Caller) =>
    server.call('query', 'events.list', undefined, credentials[caller]);

  it('a session acts in its active one and a key in its only one', async () => {
    for (const caller of [
      'owner',
      'auditor',
      'owner of another organisation',
      'read key',
    ] as const) {
      expect((await list(caller)).status, caller).toBe(200);
    }
  });

  it('a key of several must say which, and who belongs to none is told so', async () => {
    expect((await list('service key of both')).status).toBe(400);
    expect((await list('stranger without an organisation')).status).toBe(403);
  });

  it('a malformed one is refused, to whoever is known', async () => {
    const ask = (caller: Caller) =>
      server.call('query', 'events.list', { organizationId: 'x' }, credentials[caller]);
    expect((await ask('owner')).status).toBe(400);
    expect((await ask('anonymous')).status).toBe(401);
  });
});

it('every failure carries the id of its request', async () => {
  const failures = [
    await server.call('query', 'events.list', {}),
    await server.call('query', 'no.such', {}),
    await fetch(`${server.url}/api/v1/events.csv`),
    await fetch(`${server.url}/api/no-such`),
    await fetch(`${server.url}/log/x/checkpoint`, { headers: credentials.owner }),
  ];
  for (const answer of failures) {
    const { error } = (await answer.json()) as {
      error: { requestId?: string; data?: { requestId: string } };
    };
    expect(error.data?.requestId ?? error.requestId).toBe(answer.headers.get('x-request-id'));
  }
});

function emailOf(caller: Caller): string {
  return `${caller.replaceAll(' ', '-')}@example.com`;
}

async function makePeople(): Promise<void> {
  const { db } = server.services;
  ids.own = (await createOrganization(db, { name: 'Own' })).id;
  ids.other = (await createOrganization(db, { name: 'Other' })).id;
  for (const caller of callerNames.filter((name) => callers[name].kind === 'user')) {
    const { id: userId } = await createUser(db, {
      email: emailOf(caller),
      name: caller,
      password,
      emailVerified: true,
    });
    if (caller === 'owner of another organisation') {
      await addMember(db, { organizationId: ids.other, userId, role: 'owner' });
    } else if (callers[caller].own) {
      await addMember(db, { organizationId: ids.own, userId, role: caller as 'owner' });
    }
    credentials[caller] = { cookie: await server.signIn(emailOf(caller)), origin: server.url };
  }
}

async function makeKeys(): Promise<void> {
  const { db, clock } = server.services;
  const all = ['emit', 'import', 'build', 'read'] as const;
  const make = async (
    caller: Caller | 'spare',
    scopes: readonly (typeof all)[number][],
    organizationIds: string[],
    madeAt = clock(),
  ) => {
    const { id, secret } = await createKey(
      db,
      { name: caller, scopes: [...scopes], organizationIds, days: 1 },
      madeAt,
    );
    if (caller !== 'spare') credentials[caller] = { authorization: `Bearer ${secret}` };
    return id;
  };
  for (const scope of all) await make(`${scope} key`, [scope], [ids.own]);
  await make('service key of both', all, [ids.own, ids.other]);
  ids.otherKey = await make('key of another organisation', all, [ids.other]);
  const revoked = await make('revoked key', all, [ids.own]);
  await db.pool.query('update key_organizations set revoked_at = now() where key_id = $1', [
    revoked,
  ]);
  await make('expired key', all, [ids.own], clock() - 2 * 24 * 60 * 60 * 1000);
  ids.key = await make('spare', all, [ids.own]);
  credentials.anonymous = {};
  credentials['unknown key'] = { authorization: `Bearer llat_${'A'.repeat(43)}` };
  ids.event = crypto.randomUUID();
  ids.otherEvent = crypto.randomUUID();
}

/** Emits a build and an approval to both organisations, and waits until their targets are indexed. */
async function makeEvents(): Promise<void> {
  const { db, catalogue, log } = server.services;
  const answer = await emit('service key of both', [
    event(ids.event, 'own'),
    event(ids.otherEvent, 'other'),
    event(crypto.randomUUID(), 'own', 'user.approved_doc'),
    event(crypto.randomUUID(), 'other', 'user.approved_doc'),
  ]);
  const { results } = (await answer.json()) as { results: { status: string }[] };
  expect(results.map(({ status }) => status)).toEqual(Array(4).fill('recorded'));
  const follower = followTargets(db.pool, catalogue, log);
  follower.hint(ids.own);
  follower.hint(ids.other);
  await vi.waitFor(async () => {
    const { rows } = await db.pool.query('select distinct organization_id from event_targets');
    expect(rows).toHaveLength(2);
  }, 10_000);
  await follower.stop();
}

type Side = 'own' | 'other';
type Sample = 'user.build' | 'user.approved_doc';

/** The catalogue's own example, with a target that each organisation calls its own. */
function event(id: string, side: Side, type: Sample = 'user.build'): object {
  const { details, targets = [] } = server.services.catalogue.latest(type)?.example ?? {};
  const [first, ...others] = targets;
  return {
    id,
    organizationId: ids[side],
    type,
    occurredAt: new Date(server.services.clock()).toISOString(),
    actor: { type: 'system', id: 'matrix' },
    details,
    targets: [{ ...first, id: targetOf(side, type) }, ...others],
  };
}

function targetOf(side: Side, type: Sample): string {
  return `${type}-of-${side}`;
}

function emit(caller: Caller, events: object[]): Promise<Response> {
  return fetch(`${server.url}/api/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...credentials[caller] },
    body: JSON.stringify({ events }),
  });
}

function nameOf({ method, path }: Route): string {
  return `${method} ${path}`;
}

function ask(route: Route, example: Example, headers: Record<string, string>): Promise<Response> {
  const { path, body } = example.request?.() ?? { path: route.path };
  return fetch(server.url + path, {
    method: route.method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Status, and for a missing organisation that it is this which is missing. */
function statusOf(outcome: Outcome, { status = 200 }: Example): string {
  return {
    allowed: String(status),
    unauthenticated: '401',
    forbidden: '403',
    hidden: '404 hidden',
  }[outcome];
}

async function describeAnswer(answer: Response): Promise<string> {
  const hidden = (await answer.text()).includes(
    'There is no such organisation, or you do not belong to it.',
  );
  return hidden ? `${answer.status} hidden` : String(answer.status);
}

/** All that a caller sees of an answer, but for the id of the request. */
async function comparable(
  answer: Response,
): Promise<{ status: number; headers: unknown; body: string }> {
  const id = answer.headers.get('x-request-id') as string;
  const headers = [...answer.headers].filter(
    ([name]) => name !== 'x-request-id' && name !== 'date',
  );
  return { status: answer.status, headers, body: (await answer.text()).replaceAll(id, '') };
}
