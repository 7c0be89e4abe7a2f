/** Tests every procedure and every route with every kind of caller: nothing is allowed that is not declared. */

import type { Permission } from '@liblab/audit-core';
import type { AnyTRPCProcedure } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Access } from '../src/access/authorize.ts';
import type { Records } from '../src/http/records.ts';
import { declarationOf, type Route } from '../src/http/route.ts';
import { rendererPath } from '../src/portal/builds/preview-page.ts';
import { addMember } from '../src/portal/accounts/add-member.ts';
import { createOrganization } from '../src/portal/identity/create-organization.ts';
import { createUser } from '../src/portal/accounts/create-user.ts';
import { createKey } from '../src/portal/keys/create-key.ts';
import type { Services } from '../src/app/create-services.ts';
import { createRouter } from '../src/app/router.ts';
import { createRoutes } from '../src/app/routes.ts';
import { openSession } from './support/open-session.ts';
import { buildDefaults, pullRequestDefaults } from './support/portal-tool.ts';
import { recordOutbox, type OutboxRecorder } from './support/record-outbox.ts';
import { recordStatements, type StatementRecorder } from './support/record-statements.ts';
import { password, startTestApp, type TestApp } from './support/test-app.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

/** The callers. `own`: a member, or a key, of the requested organisation. */
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
  'ended session': { kind: 'nobody', own: true },
  'revoked key': { kind: 'nobody', own: true },
  'expired key': { kind: 'nobody', own: true },
  'unknown key': { kind: 'nobody', own: false },
} as const;
type Caller = keyof typeof callers;
const callerNames = Object.keys(callers) as Caller[];

/** Who has each permission in their own organisation; repeated here, independent of the code that grants it. */
const holders: Record<Permission, Caller[]> = {
  'trail:read': ['owner', 'admin', 'auditor', 'read key', 'service key of both'],
  'trail:export': ['owner', 'admin', 'auditor', 'read key', 'service key of both'],
  'keys:manage': ['owner', 'admin'],
  'tokens:own': ['owner', 'admin', 'member'],
  'members:read': ['owner', 'admin', 'auditor', 'member'],
  'members:manage': ['owner', 'admin'],
  'organization:manage': ['owner'],
  'builds:read': ['owner', 'admin', 'auditor', 'member', 'build key', 'service key of both'],
  'builds:register': ['owner', 'admin', 'member', 'build key', 'service key of both'],
  'documents:approve': ['owner', 'admin'],
  'events:emit': ['emit key', 'import key', 'service key of both', 'key of another organisation'],
};

/** `hidden`: the same answer as for an organisation that does not exist. */
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
let recorder: OutboxRecorder;
const credentials = {} as Record<Caller, Record<string, string>>;
const ids = {
  own: '',
  other: '',
  event: '',
  otherEvent: '',
  key: '',
  otherKey: '',
  member: '',
  otherMember: '',
  token: '',
  otherInvitation: '',
};

interface Example {
  /** The status for an allowed caller; 200 when absent. */
  status?: number;
  input?: () => object;
  /** The path and body of a route. */
  request?: () => { path: string; body?: unknown };
  /** True when a session of a non-member gets `hidden`, though any session may call it. */
  members?: true;
  /** Would end the callers' sessions. */
  withoutCredentials?: true;
}

/** An input for each procedure and route. Without one, the test that walks them fails. */
const examples: Record<string, Example> = {
  // There are users, so the link is no longer valid.
  'setup.createOwner': {
    status: 404,
    input: () => ({
      token: '',
      organizationName: 'x',
      name: 'x',
      email: 'x@x.io',
      password: 'correct horse',
    }),
  },
  // The answers do not reveal who has an account.
  'account.signUp': {
    input: () => ({ email: `${crypto.randomUUID()}@example.com`, name: 'x', password }),
  },
  'account.verifyEmail': { status: 404, input: () => ({ token: '', password }) },
  'account.requestReset': { input: () => ({ email: `${crypto.randomUUID()}@example.com` }) },
  'account.resetPassword': { status: 404, input: () => ({ token: '', password }) },
  'session.me': {},
  'organizations.setActive': { input: () => ({}), members: true },
  'organizations.joinable': {},
  // Their addresses belong to a mail provider, so no organisation is joinable.
  'organizations.join': { status: 403 },
  'organizations.settings': {},
  'organizations.update': { input: () => ({ name: 'Own', membersMayJoin: false }) },
  'catalogue.list': {},
  'events.list': {},
  'events.count': {},
  'events.get': { input: () => ({ id: ids.event }) },
  'apis.list': {},
  'apis.get': { input: () => ({ id: '1' }) },
  'builds.list': {},
  'builds.get': { input: () => ({ id: '1' }) },
  'documents.get': { input: () => ({ id: '1' }) },
  'documents.approve': { input: () => ({ id: '1' }) },
  'documents.unapprove': { input: () => ({ id: '1' }) },
  'members.list': {},
  'members.get': { input: () => ({ userId: ids.member }) },
  // Unknown ids: an allowed caller gets not found.
  'members.changeRole': {
    status: 404,
    input: () => ({ userId: crypto.randomUUID(), role: 'member' }),
  },
  'members.remove': { status: 404, input: () => ({ userId: crypto.randomUUID() }) },
  'invitations.create': {
    status: 409,
    input: () => ({ email: emailOf('member'), role: 'member' }),
  },
  'invitations.resend': { status: 404, input: () => ({ id: crypto.randomUUID() }) },
  'invitations.withdraw': { status: 404, input: () => ({ id: crypto.randomUUID() }) },
  'invitations.read': { status: 404, input: () => ({ token: '' }) },
  'invitations.accept': { status: 404, input: () => ({ token: '' }) },
  'tokens.list': {},
  'tokens.get': { input: () => ({ id: ids.token }) },
  'tokens.create': { input: () => ({ name: 'made by the matrix' }) },
  'tokens.revoke': { input: () => ({ id: ids.token }) },
  'keys.list': {},
  'keys.create': { input: () => ({ name: 'made by the matrix', scopes: ['read'] }) },
  'keys.revoke': { input: () => ({ id: ids.key }) },
  'get /healthz': {},
  'get /readyz': {},
  'get /metrics': {},
  'get /api/inbox': {},
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
  'post /api/v1/builds': {
    status: 201,
    request: () => ({ path: `/api/v1/builds?organizationId=${ids.own}`, body: buildDefaults() }),
  },
  'post /api/v1/builds/:id/pull-requests': {
    status: 201,
    request: () => ({
      path: `/api/v1/builds/1/pull-requests?organizationId=${ids.own}`,
      body: pullRequestDefaults(),
    }),
  },
  'get /api/v1/documents/:id/preview': {
    request: () => ({ path: `/api/v1/documents/1/preview?organizationId=${ids.own}` }),
  },
  [`get ${rendererPath}`]: {},
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
      // No signer runs here: an allowed caller gets `not_signed_yet`.
      { request: () => ({ path: `/log/${ids.own}/${sample}` }), status: 404 },
    ]),
  ),
};

// Declarations need no services; a test app serves them below.
const unwired = { inbox: {} } as Services;
const routes = createRoutes(unwired);
const procedures = Object.entries(
  createRouter(unwired)._def.procedures as unknown as Record<string, AnyTRPCProcedure>,
).map(([path, { _def }]) => ({
  path,
  type: _def.type as 'query' | 'mutation',
  access: (_def.meta as { access?: Access } | undefined)?.access,
  records: (_def.meta as { records?: Records } | undefined)?.records,
}));

beforeAll(async () => {
  database = await createTestDatabase();
  recorder = await recordOutbox(database);
  server = await startTestApp(database);
  await server.services.readiness.becomeReady(undefined);
  await makePeople();
  await makeKeys();
  await makeBuilds();
  await makeEvents();
});

afterAll(async () => {
  await recorder[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

describe('every served path', () => {
  it('every procedure declares its access', () => {
    const accesses: unknown[] = ['public', 'session', ...Object.keys(holders)];
    for (const { path, access } of procedures) {
      expect(accesses, `${path} declares ${access}`).toContain(access);
    }
  });

  it('every layer of the application is a declared route or listed here', () => {
    const undeclared = server.app.router.stack.flatMap(({ name, route, handle }) => {
      if (route)
        return route.stack.every((layer) => declarationOf(layer.handle)) ? [] : [route.path];
      return handle.length === 4 ? [] : [name];
    });
    // The layers in this list do not authenticate the caller.
    expect(undeclared).toEqual([
      'requestId',
      'closeWhenStopping',
      'helmetMiddleware',
      'trpc',
      'serveStatic',
      'webPage',
    ]);
  });

  it('the application serves exactly the routes that this test covers, each with one method', () => {
    const served = server.app.router.stack.flatMap(({ route }) =>
      route
        ? route.stack.map(({ method, handle }) => ({
            name: `${method} ${route.path}`,
            access: (declarationOf(handle) as Route).access,
          }))
        : [],
    );
    expect(served).toEqual(routes.map((route) => ({ name: nameOf(route), access: route.access })));
  });

  it('each procedure and route has an example in this test', () => {
    const served = [...procedures.map(({ path }) => path), ...routes.map(nameOf)];
    expect(Object.keys(examples).toSorted()).toEqual(served.toSorted());
  });
});

describe('every procedure', () => {
  it.each(procedures)('$path', async ({ path, type, access = 'public', records }) => {
    const answers: Response[] = [];
    const example = examples[path] as Example;
    const actual: Partial<Record<Caller, string>> = {};
    const expectedStatuses: Partial<Record<Caller, string>> = {};
    for (const caller of callerNames) {
      const outcome = expected(access, false, caller);
      const foreign = example.members === true && outcome === 'allowed' && !callers[caller].own;
      expectedStatuses[caller] = statusOf(foreign ? 'hidden' : outcome, example);
      const input = { organizationId: ids.own, ...example.input?.() };
      const answer = await server.call(type, path, input, credentials[caller]);
      answers.push(answer);
      actual[caller] = await describeAnswer(answer);
    }
    expect(actual).toEqual(expectedStatuses);
    await expectDeclared(records, answers);
  });
});

describe('every route', () => {
  it.each(routes.map((route) => ({ name: nameOf(route), route })))(
    '$name',
    async ({ name, route }) => {
      const example = examples[name] as Example;
      const answers: Response[] = [];
      const actual: Partial<Record<Caller, string>> = {};
      const expectedStatuses: Partial<Record<Caller, string>> = {};
      for (const caller of callerNames) {
        const items = 'organization' in route && route.organization === 'items';
        expectedStatuses[caller] = statusOf(expected(route.access, items, caller), example);
        const headers = example.withoutCredentials ? {} : credentials[caller];
        const answer = await ask(route, example, headers);
        answers.push(answer);
        actual[caller] = await describeAnswer(answer);
      }
      expect(actual).toEqual(expectedStatuses);
      await expectDeclared(route.records, answers);
    },
  );
});

describe('a route called with another method is not found', () => {
  const addresses = [...new Set(routes.map(({ path }) => path))];

  it.each(addresses)('%s', async (path) => {
    const own = routes
      .filter((route) => route.path === path)
      .map(({ method }) => method.toUpperCase());
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'].filter(
      (method) => !own.includes(method),
    );
    for (const method of others) {
      const answer = await fetch(server.url + path, { method, headers: credentials.owner });
      expect(answer.status, method).toBe(404);
      expect(await answer.json(), method).toMatchObject({ error: { code: 'not_found' } });
    }
  });

  it('a query is not served by POST, a mutation not by GET', async () => {
    for (const { path, type } of procedures) {
      const other = type === 'query' ? 'mutation' : 'query';
      const answer = await server.call(other, path, examples[path]?.input?.(), credentials.owner);
      expect(answer.status, path).toBe(405);
    }
  });

  it('names of Object.prototype are not procedures', async () => {
    for (const path of ['toString', 'constructor', '__proto__', 'events', 'events.__proto__']) {
      expect((await server.call('query', path, {}, credentials.owner)).status, path).toBe(404);
    }
  });
});

it('a batch is authorised call by call', async () => {
  const calls = ['session.me', 'events.list', 'events.list', 'keys.list', 'no.such'];
  const input = { 1: { organizationId: ids.own }, 2: { organizationId: ids.other } };
  const answer = await fetch(
    `${server.url}/trpc/${calls.join()}?batch=1&input=${encodeURIComponent(JSON.stringify(input))}`,
    { headers: credentials.auditor },
  );
  const results = (await answer.json()) as { error?: { data: { code: string } } }[];
  expect(results.map(({ error }) => error?.data.code ?? 'allowed')).toEqual([
    'allowed',
    'allowed',
    'not_found',
    'forbidden',
    'not_found',
  ]);
});

describe('another organisation’s things get the same answer, after the same statements, as things that do not exist', () => {
  let recorder: StatementRecorder;
  beforeAll(() => void (recorder = recordStatements()));
  afterAll(() => recorder[Symbol.dispose]());

  type Costed = Awaited<ReturnType<typeof comparable>> & { statements: string[] };

  /** An answer with its statements, except the lookup of the key, which is cached for some seconds. */
  async function costed(request: () => Promise<Response>): Promise<Costed> {
    recorder.take();
    const answer = await comparable(await request());
    const statements = recorder
      .take()
      .filter((text) => !/\b(from keys k|update keys)\b/.test(text));
    return { ...answer, statements };
  }

  /** All callers that do not belong to the other organisation. */
  const askers = callerNames.filter(
    (name) => !/of another organisation|service key of both/.test(name),
  );
  const ofNone = [
    'setup.createOwner',
    'session.me',
    'catalogue.list',
    'invitations.read',
    'invitations.accept',
    'organizations.joinable',
    'organizations.join',
    ...procedures.flatMap(({ path }) => (path.startsWith('account.') ? [path] : [])),
  ];
  const named = procedures.filter(({ path }) => !ofNone.includes(path));
  const namedRoutes = routes
    .filter(({ path }) => /:organizationId|\.csv$|\/(builds|documents)\b/.test(path))
    .map((route) => ({ name: nameOf(route), route }));

  it.each(named)('$path', async ({ path, type, access }) => {
    for (const caller of askers) {
      const at = (organizationId: string) =>
        costed(() => {
          const input = { ...examples[path]?.input?.(), organizationId };
          return server.call(type, path, input, credentials[caller]);
        });
      const foreign = await at(ids.other);
      const { kind } = callers[caller];
      const onlyPeople = access === 'session' && kind === 'key';
      expect(foreign.status, caller).toBe(kind === 'nobody' ? 401 : onlyPeople ? 403 : 404);
      expect(foreign, caller).toEqual(await at(crypto.randomUUID()));
    }
  });

  it.each(namedRoutes)('$name', async ({ name, route }) => {
    const { path = '', body } = examples[name]?.request?.() ?? {};
    for (const caller of askers) {
      const at = (organizationId: string): Promise<Costed> =>
        costed(() => {
          const sent = { path: path.replace(ids.own, organizationId), body };
          return ask(route, { request: () => sent }, credentials[caller]);
        });
      const foreign = await at(ids.other);
      expect(foreign.status, caller).toBe(callers[caller].kind === 'nobody' ? 401 : 404);
      expect(foreign, caller).toEqual(await at(crypto.randomUUID()));
    }
  });

  it.each([
    ['events.get', () => ids.otherEvent],
    ['apis.get', (): string => '999999'],
    ['builds.get', () => targetOf('other', 'user.build')],
    ['documents.get', () => targetOf('other', 'user.approved_doc')],
    ['members.get', () => ids.otherMember],
    ['members.changeRole', () => ids.otherMember],
    ['members.remove', () => ids.otherMember],
    ['invitations.resend', () => ids.otherInvitation],
    ['invitations.withdraw', () => ids.otherInvitation],
    ['tokens.get', () => ids.otherKey],
    ['tokens.revoke', () => ids.otherKey],
    ['keys.revoke', () => ids.otherKey],
  ] as const)('%s, requested in the own organisation', async (path, foreignId) => {
    const { type, access } = procedures.find((one) => one.path === path) as (typeof procedures)[0];
    for (const caller of holders[access as Permission]) {
      const at = async (id: string) => {
        const input = { organizationId: ids.own, id, userId: id, role: 'member' };
        const answer = await costed(() => server.call(type, path, input, credentials[caller]));
        // Sequelize writes values into its statements.
        return { ...answer, statements: answer.statements.map((text) => text.replaceAll(id, '')) };
      };
      const foreign = await at(foreignId());
      expect(foreign.status, caller).toBe(404);
      expect(foreign.statements, caller).not.toEqual([]);
      expect(foreign, caller).toEqual(await at(crypto.randomUUID()));
    }
  });

  it('ingest, event by event, and records nothing there', async () => {
    const count = async () => {
      const { rows } = await server.services.db.pool.query(
        'select count(*) from audit_events where organization_id = $1',
        [ids.other],
      );
      return rows[0].count as number;
    };
    const before = await count();
    const at = (organizationId: string) =>
      costed(() => emit('emit key', [{ ...event(ids.otherEvent, 'other'), organizationId }]));
    const foreign = await at(ids.other);
    expect(JSON.parse(foreign.body)).toMatchObject({ results: [{ status: 'rejected' }] });
    expect(foreign).toEqual(await at(crypto.randomUUID()));
    expect(await count()).toBe(before);
  });
});

describe('without an organisation in the call', () => {
  const list = (caller: Caller) =>
    server.call('query', 'events.list', undefined, credentials[caller]);

  it('a session uses its active organisation and a key its only one', async () => {
    for (const caller of [
      'owner',
      'auditor',
      'owner of another organisation',
      'read key',
    ] as const) {
      expect((await list(caller)).status, caller).toBe(200);
    }
  });

  it('a key of several must name one, and a user without an organisation gets an error', async () => {
    expect((await list('service key of both')).status).toBe(400);
    expect((await list('stranger without an organisation')).status).toBe(403);
  });

  it('a malformed id is rejected for every known caller', async () => {
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
  ids.own = (await createOrganization({ db, clock: Date.now }, null, { name: 'Own' })).id;
  ids.other = (await createOrganization({ db, clock: Date.now }, null, { name: 'Other' })).id;
  for (const caller of callerNames.filter((name) => callers[name].kind === 'user')) {
    const { id: userId } = await createUser({ db, clock: Date.now }, null, {
      email: emailOf(caller),
      name: caller,
      password,
      emailVerified: true,
    });
    if (caller === 'owner of another organisation') {
      await addMember({ db, clock: Date.now }, null, {
        organizationId: ids.other,
        userId,
        role: 'owner',
      });
      ids.otherMember = userId;
    } else if (callers[caller].own) {
      await addMember({ db, clock: Date.now }, null, {
        organizationId: ids.own,
        userId,
        role: caller as 'owner',
      });
      if (caller === 'member') ids.member = userId;
    }
    credentials[caller] = await signedIn(emailOf(caller));
  }
  const ended = await signedIn(emailOf('owner'));
  await fetch(`${server.url}/api/auth/sign-out`, { method: 'POST', headers: ended });
  credentials['ended session'] = ended;
}

async function signedIn(email: string): Promise<Record<string, string>> {
  return { cookie: await openSession(server, email), origin: server.url };
}

async function makeKeys(): Promise<void> {
  const { db, clock } = server.services;
  const all = ['emit', 'import', 'build', 'read'] as const;
  const make = async (
    caller: Caller | 'spare',
    scopes: readonly (typeof all)[number][],
    organizationIds: string[],
    madeAt = clock(),
    createdBy?: string,
  ) => {
    const { id, secret } = await createKey({ db, clock: Date.now }, null, {
      name: caller,
      scopes: [...scopes],
      organizationIds,
      days: 1,
      ...(createdBy === undefined ? {} : { createdBy }),
      createdAt: new Date(madeAt),
    });
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
  ids.token = await make('spare', ['build'], [ids.own], clock(), ids.member);
  const { id } = await db.models.Invitation.create({
    organizationId: ids.other,
    email: 'invited@example.com',
    role: 'member',
    status: 'pending',
    inviterId: ids.otherMember,
    createdAt: new Date(clock()),
    expiresAt: new Date(clock() + 60_000),
  });
  ids.otherInvitation = id;
  credentials.anonymous = {};
  credentials['unknown key'] = { authorization: `Bearer llat_${'A'.repeat(43)}` };
  ids.event = crypto.randomUUID();
  ids.otherEvent = crypto.randomUUID();
}

/** Registers a build with its documents in both organisations. */
async function makeBuilds(): Promise<void> {
  for (const organizationId of [ids.own, ids.other]) {
    const request = () => ({
      path: `/api/v1/builds?organizationId=${organizationId}`,
      body: buildDefaults(),
    });
    const route = routes.find(({ path }) => path === '/api/v1/builds') as Route;
    const answer = await ask(route, { request }, credentials['service key of both']);
    expect(answer.status).toBe(201);
  }
}

/** Emits a build and an approval to both organisations, and waits until their targets are indexed. */
async function makeEvents(): Promise<void> {
  const { db } = server.services;
  const answer = await emit('service key of both', [
    event(ids.event, 'own'),
    event(ids.otherEvent, 'other'),
    event(crypto.randomUUID(), 'own', 'user.approved_doc'),
    event(crypto.randomUUID(), 'other', 'user.approved_doc'),
  ]);
  const { results } = (await answer.json()) as { results: { status: string }[] };
  expect(results.map(({ status }) => status)).toEqual(Array(4).fill('recorded'));
  await vi.waitFor(async () => {
    const { rows } = await db.pool.query('select distinct organization_id from event_targets');
    expect(rows).toHaveLength(2);
  }, 60_000);
}

type Side = 'own' | 'other';
type Sample = 'user.build' | 'user.approved_doc';

/** The catalogue's example, with a target of the given organisation. */
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

/** The status, and `hidden` when the organisation is not found. */
function statusOf(outcome: Outcome, { status = 200 }: Example): string {
  return {
    allowed: String(status),
    unauthenticated: '401',
    forbidden: '403',
    hidden: '404 hidden',
  }[outcome];
}

/** For every caller and answer, only declared events are recorded. */
async function expectDeclared(records: Records | undefined, answers: Response[]): Promise<void> {
  const declared: readonly string[] = !records || 'exempt' in records ? [] : records;
  const recorded = [...(await recorder.typesOf(answers))];
  expect(recorded.filter((type) => !declared.includes(type))).toEqual([]);
}

async function describeAnswer(answer: Response): Promise<string> {
  const hidden = (await answer.text()).includes(
    'The organisation does not exist, or you are not a member of it.',
  );
  return hidden ? `${answer.status} hidden` : String(answer.status);
}

/** Everything that a caller sees of an answer, except the request id. */
async function comparable(
  answer: Response,
): Promise<{ status: number; headers: unknown; body: string }> {
  const id = answer.headers.get('x-request-id') as string;
  const headers = [...answer.headers].filter(
    ([name]) => name !== 'x-request-id' && name !== 'date',
  );
  return { status: answer.status, headers, body: (await answer.text()).replaceAll(id, '') };
}
