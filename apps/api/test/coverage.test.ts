/** Every call that changes data declares the events that it records, and records exactly these. */

import { liblabCatalogue, portalCatalogue, type EventType } from '@liblab/audit-core';
import type { AnyTRPCProcedure } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkToken } from '../src/access/link-token.ts';
import type { Services } from '../src/app/create-services.ts';
import { createRouter } from '../src/app/router.ts';
import type { Records } from '../src/http/records.ts';
import { declarationOf } from '../src/http/route.ts';
import { addMember } from '../src/portal/accounts/add-member.ts';
import { createUser } from '../src/portal/accounts/create-user.ts';
import { readSetupToken } from '../src/portal/identity/create-first-owner.ts';
import { createKey } from '../src/portal/keys/create-key.ts';
import { apiEvent } from './support/emit.ts';
import { mailTo, tokenIn } from './support/mails.ts';
import { createTestTeam, type TestTeam } from './support/test-team.ts';
import { openTool, type PortalTool } from './support/portal-tool.ts';
import { recordOutbox, type OutboxRecorder } from './support/record-outbox.ts';
import { password, startTestApp, type TestApp } from './support/test-app.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

let database: TestDatabase;
let server: TestApp;
let recorder: OutboxRecorder;
let firstOwner: Response;
let team: TestTeam<'olive' | 'adam' | 'mia'>;
let tool: PortalTool;

beforeAll(async () => {
  database = await createTestDatabase();
  recorder = await recordOutbox(database);
  server = await startTestApp(database);
  firstOwner = await call('setup.createOwner', {
    token: await readSetupToken(server.services),
    organizationName: 'First',
    name: 'Ada',
    email: 'ada@first.soda',
    password,
  });
  team = await createTestTeam(server, 'coverage', { olive: 'owner', adam: 'admin', mia: 'member' });
  tool = await openTool(server, team.id);
});

afterAll(async () => {
  await recorder[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const call = (path: string, input: object = {}, headers: Record<string, string> = {}) =>
  server.call('mutation', path, input, headers);

async function callAs(
  who: 'olive' | 'adam' | 'mia',
  path: string,
  input: object = {},
): Promise<Response> {
  return call(path, { organizationId: team.id, ...input }, await team.people[who].headers());
}

async function dataOf<Data>(answer: Response): Promise<Data> {
  return ((await answer.clone().json()) as { result: { data: Data } }).result.data;
}

const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(server.url + path, {
    method: 'POST',
    headers: { origin: server.url, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const signIn = (email: string, given = password) =>
  post('/api/auth/sign-in/email', { email, password: given });

const signUp = (email: string) => call('account.signUp', { email, name: 'Ada', password });

async function verify(email: string): Promise<Response> {
  await signUp(email);
  return call('account.verifyEmail', { token: tokenIn(await mailTo(server, email)), password });
}

const openTo = (domain: string) =>
  server.services.db.pool.query(
    'update organization_domains set members_may_join = true where domain = $1',
    [domain],
  );

/** An account with a session, without an organisation unless one is given. */
async function enter(email: string): Promise<{ id: string; cookie: string }> {
  const person = { email, name: 'Ada', password, emailVerified: true };
  const { id } = await createUser(server.services, null, person);
  return { id, cookie: await server.signIn(email) };
}

async function enterAsAdmin(email: string): Promise<{ id: string; cookie: string }> {
  const person = await enter(email);
  const member = { organizationId: team.id, userId: person.id, role: 'admin' } as const;
  await addMember(server.services, null, member);
  return person;
}

async function invite(email: string, cookie?: string): Promise<string> {
  const input = { organizationId: team.id, email, role: 'member' };
  const headers = cookie === undefined ? await team.people.olive.headers() : { cookie };
  const answer = await call('invitations.create', input, headers);
  return (await dataOf<{ invitation: { id: string } }>(answer)).invitation.id;
}

const invitationToken = (id: string) => linkToken(server.services.config.secret, 'invitation', id);

async function makeToken(): Promise<string> {
  const answer = await callAs('mia', 'tokens.create', { name: 'Laptop' });
  return (await dataOf<{ token: { id: string } }>(answer)).token.id;
}

/** Calls that together record everything that each procedure and route declares; the first one succeeds. */
const examples: Record<string, () => Promise<Response[]>> = {
  'setup.createOwner': async () => [firstOwner],
  'account.signUp': async () => [await signUp('new@sign-up.soda')],
  async 'account.verifyEmail'() {
    const founder = await verify('founder@verify.soda');
    await openTo('verify.soda');
    return [founder, await verify('second@verify.soda')];
  },
  'account.requestReset': async () => [
    await call('account.requestReset', { email: team.people.mia.email }),
  ],
  async 'account.resetPassword'() {
    const { email } = team.people.adam;
    await call('account.requestReset', { email });
    const token = tokenIn(await mailTo(server, email));
    const answer = await call('account.resetPassword', { token, password });
    return [answer];
  },
  'organizations.setActive': async () => [await callAs('olive', 'organizations.setActive')],
  async 'organizations.join'() {
    await verify('founder@join.soda');
    await openTo('join.soda');
    const { cookie } = await enter('second@join.soda');
    return [await call('organizations.join', {}, { cookie })];
  },
  'organizations.update': async () => [
    await callAs('olive', 'organizations.update', { name: 'Renamed', membersMayJoin: false }),
  ],
  async 'documents.approve'() {
    const { documents } = await tool.registered();
    return [await callAs('olive', 'documents.approve', { id: String(documents[0]?.id) })];
  },
  async 'documents.unapprove'() {
    const { documents } = await tool.registered();
    const document = { id: String(documents[0]?.id) };
    await callAs('olive', 'documents.approve', document);
    return [await callAs('olive', 'documents.unapprove', document)];
  },
  async 'members.changeRole'() {
    const { id: userId, cookie } = await enterAsAdmin('changed@coverage.soda');
    await invite('by-changed@coverage.soda', cookie);
    return [await callAs('olive', 'members.changeRole', { userId, role: 'member' })];
  },
  async 'members.remove'() {
    const { id: userId, cookie } = await enterAsAdmin('removed@coverage.soda');
    await invite('by-removed@coverage.soda', cookie);
    await call('tokens.create', { organizationId: team.id, name: 'Laptop' }, { cookie });
    return [await callAs('olive', 'members.remove', { userId })];
  },
  'invitations.create': async () => [
    await callAs('olive', 'invitations.create', { email: 'made@coverage.soda', role: 'member' }),
  ],
  async 'invitations.resend'() {
    const id = await invite('again@coverage.soda');
    server.advance(61_000);
    return [await callAs('olive', 'invitations.resend', { id })];
  },
  async 'invitations.withdraw'() {
    const id = await invite('withdrawn@coverage.soda');
    return [await callAs('olive', 'invitations.withdraw', { id })];
  },
  async 'invitations.read'() {
    const token = invitationToken(await invite('reader@coverage.soda'));
    return [await call('invitations.read', { token })];
  },
  async 'invitations.accept'() {
    const token = invitationToken(await invite('invited@coverage.soda'));
    return [await call('invitations.accept', { token, name: 'Priya', password })];
  },
  'tokens.create': async () => [await callAs('mia', 'tokens.create', { name: 'Laptop' })],
  'tokens.revoke': async () => [await callAs('mia', 'tokens.revoke', { id: await makeToken() })],
  'keys.create': async () => [
    await callAs('olive', 'keys.create', { name: 'Reader', scopes: ['read'] }),
  ],
  'keys.revoke': async () => [await callAs('olive', 'keys.revoke', { id: await makeToken() })],
  'post /api/auth/sign-in/email': async () => [
    await signIn(team.people.mia.email),
    await signIn(team.people.mia.email, 'a wrong guess'),
  ],
  async 'post /api/auth/sign-out'() {
    const cookie = await server.signIn(team.people.mia.email);
    return [await post('/api/auth/sign-out', {}, { cookie })];
  },
  async 'post /api/v1/events'() {
    const { secret } = await createKey(server.services, null, {
      name: 'Emitter',
      scopes: ['emit'],
      organizationIds: [team.id],
    });
    const authorization = `Bearer ${secret}`;
    return [await post('/api/v1/events', { events: [apiEvent()] }, { authorization })];
  },
  'post /api/v1/builds': async () => [await tool.build({ api: { name: 'New API' } })],
  async 'post /api/v1/builds/:id/pull-requests'() {
    const { build } = await tool.registered();
    const failed = {
      result: 'failed',
      reason: 'main is protected',
      number: undefined,
      url: undefined,
    };
    return [await tool.pullRequest(build.id), await tool.pullRequest(build.id, failed)];
  },
  'get /api/v1/events.csv': async () => [
    await fetch(`${server.url}/api/v1/events.csv?organizationId=${team.id}`, {
      headers: await team.people.olive.headers(),
    }),
  ],
};

interface Declared {
  name: string;
  records: Records | undefined;
}

/** Every mutation, every route that does not only read, and every reading route that records. */
function listCalls(): Declared[] {
  const procedures = Object.entries(
    createRouter({} as Services)._def.procedures as unknown as Record<string, AnyTRPCProcedure>,
  ).flatMap(([name, { _def }]) => {
    const { records } = _def.meta as { records?: Records };
    return _def.type === 'query' && !records ? [] : [{ name, records }];
  });
  const routes = server.app.router.stack.flatMap(({ route }) =>
    route
      ? route.stack.flatMap(({ method, handle }) => {
          const records = declarationOf(handle)?.records;
          return method === 'get' && !records ? [] : [{ name: `${method} ${route.path}`, records }];
        })
      : [],
  );
  return [...procedures, ...routes];
}

describe('what a call records', () => {
  it('is declared, with an example, by every mutation and every route that changes data', () => {
    const calls = listCalls();
    expect(calls.filter(({ records }) => !records)).toEqual([]);
    expect(calls.map(({ name }) => name).toSorted()).toEqual(Object.keys(examples).toSorted());
  });

  it.each(Object.entries(examples))('matches its declaration: %s', async (name, run) => {
    const { records } = listCalls().find((declared) => declared.name === name) as Declared;
    const declared: readonly EventType[] = !records || 'exempt' in records ? [] : records;
    const answers = await run();
    expect(answers[0]?.status).toBeLessThan(300);
    expect(await recorder.typesOf(answers)).toEqual(new Set(declared));
  });

  it('covers every event type except the one that an operator records', () => {
    const declared = listCalls().flatMap(({ records }) =>
      !records || 'exempt' in records ? [] : records,
    );
    const types = [...liblabCatalogue.definitions, ...portalCatalogue.definitions].map(
      ({ type }) => type,
    );
    expect(new Set([...declared, 'log.adopt'])).toEqual(new Set(types));
  });
});
