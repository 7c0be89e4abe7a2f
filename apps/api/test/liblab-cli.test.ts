/** The command against the real Portal: its effects and the events it records. */

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnLiblab, type LiblabOptions, type Outcome } from '@examples/liblab-cli';
import type { TrailEvent } from '@liblab/audit-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase, type Database } from '../src/db/database.ts';
import { addMember } from '../src/portal/accounts/add-member.ts';
import { createOrganization } from '../src/portal/identity/create-organization.ts';
import { createUser } from '../src/portal/accounts/create-user.ts';
import { createKey } from '../src/portal/keys/create-key.ts';
import { startApiProcess, type ApiProcess } from './support/api-process.ts';
import { createIngestClient } from './support/ingest-client.ts';
import { freePort } from './support/free-port.ts';
import { password } from './support/test-app.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

const folder = mkdtempSync(join(tmpdir(), 'audit-liblab-'));
const project = join(folder, 'project');
const email = 'ada@exciting.soda';
let database: TestDatabase;
let db: Database;
let port: number;
let api: ApiProcess;
let readKey: string;
let userId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.apiUrl });
  port = await freePort();
  const { id: organizationId } = await createOrganization({ db, clock: Date.now }, null, {
    name: 'Exciting Soda',
  });
  const user = { email, name: 'Ada Okafor', password, emailVerified: true };
  ({ id: userId } = await createUser({ db, clock: Date.now }, null, user));
  await addMember({ db, clock: Date.now }, null, { organizationId, userId, role: 'owner' });
  const reader = { name: 'reader', scopes: ['read' as const], organizationIds: [organizationId] };
  readKey = (await createKey({ db, clock: Date.now }, null, reader)).secret;
  mkdirSync(project);
  write('liblab.config.json', {
    sdkName: 'llama-store',
    apiName: 'Llama Store',
    specFilePath: 'spec.json',
    languages: ['python', 'go'],
    languageOptions: { python: { pypiPackageName: 'llama-store', sdkVersion: '1.4.0' } },
  });
  write('spec.json', {
    openapi: '3.0.3',
    info: { title: 'Llama Store', version: '0.1.7' },
    paths: {
      '/llamas': { get: { summary: 'All llamas', responses: { 200: { description: 'ok' } } } },
    },
  });
  api = await startApi();
});

afterAll(async () => {
  await api.kill();
  await db.close();
  await database[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const startApi = () => startApiProcess({ databaseUrl: database.ownerUrl, dataDir: folder, port });
const write = (name: string, content: object) =>
  writeFileSync(join(project, name), JSON.stringify(content));

/** In the project's folder, with the stored session unless a token is given. */
function liblab(args: readonly string[], options: Partial<LiblabOptions> = {}): Promise<Outcome> {
  const env = { LIBLAB_HOME: join(folder, 'home'), LIBLAB_URL: api.url };
  return spawnLiblab(args, { cwd: project, ...options, env: { ...env, ...options.env } });
}

/** Its JSON output. Throws when it failed. */
async function liblabJson<Result>(args: readonly string[], options: Partial<LiblabOptions> = {}) {
  const { code, stdout, stderr } = await liblab([...args, '--json'], options);
  if (code !== 0) throw new Error(`${code}: ${stderr}`);
  return JSON.parse(stdout) as Result;
}

const login = (secret = password) =>
  liblab(['login', '--email', email, '--password-stdin'], { input: `${secret}\n` });

/** Oldest first. */
async function eventsOf(type: string): Promise<TrailEvent[]> {
  const events = [...(await createIngestClient(api.url, readKey).readAll()).values()];
  return events.filter((event) => event.type === type).toSorted((a, b) => a.seq - b.seq);
}

/** Resolves when it exists. */
async function newest(type: string, count = 1): Promise<TrailEvent> {
  await expect.poll(() => eventsOf(type)).toHaveLength(count);
  return (await eventsOf(type)).at(-1)!;
}

const { version } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../examples/liblab-cli/package.json'), 'utf8'),
) as { version: string };
const here = { ip: '127.0.0.1', service: 'liblab-cli', serviceVersion: version };

interface Registered {
  build: { id: number };
  api: { id: number; created: boolean };
  documents: { id: number; kind: string; language: string | null }[];
  url: string;
}

describe('a person at a terminal', () => {
  test('signs in and out, recorded with the tool and its version', async () => {
    const refused = await login('not it at all');
    expect(refused).toMatchObject({ code: 3, stdout: '' });
    expect(refused.stderr).toContain('Wrong e-mail or password');
    expect(await login()).toMatchObject({ code: 0 });
    expect(await newest('session.sign_in')).toMatchObject({
      actor: { type: 'user', id: userId, email },
      context: here,
    });
    expect(await newest('session.sign_in_failure')).toMatchObject({
      outcome: 'failure',
      context: here,
    });
    const { cookie } = JSON.parse(readFileSync(join(folder, 'home/session.json'), 'utf8')) as {
      cookie: string;
    };
    expect(await liblab(['logout'])).toMatchObject({ code: 0 });
    expect(await newest('session.sign_out')).toMatchObject({ context: here });
    expect(existsSync(join(folder, 'home/session.json'))).toBe(false);
    const session = await fetch(`${api.url}/api/auth/get-session`, { headers: { cookie } });
    expect(await session.json()).toBeNull();
    expect(await liblab(['build'])).toMatchObject({ code: 3 });
  });

  test('creates a token, lists it and revokes it', async () => {
    await login();
    const { token, secret } = await liblabJson<{ token: { id: string }; secret: string }>([
      'token',
      'create',
      'RELEASE',
      '--days',
      '30',
    ]);
    expect(await newest('user.add_ci_token')).toMatchObject({
      actor: { type: 'user', id: userId },
      targets: [{ type: 'ci-token', id: token.id, name: 'RELEASE' }],
      context: here,
    });
    expect((await liblab(['token', 'list'])).stdout).toContain(`${token.id}  RELEASE  expires`);
    expect(await liblab(['build'], { env: { LIBLAB_TOKEN: secret } })).toMatchObject({ code: 0 });
    expect(await liblab(['token', 'revoke', token.id])).toMatchObject({ code: 0 });
    expect(await newest('user.remove_ci_token')).toMatchObject({ targets: [{ id: token.id }] });
    const revoked = await liblab(['build'], { env: { LIBLAB_TOKEN: secret } });
    expect(revoked).toMatchObject({ code: 3 });
    expect(revoked.stderr).not.toContain(secret);
    expect((await liblab(['token', 'list'])).stdout).toContain('revoked');
  });
});

describe('CI with a token', () => {
  let ci: Partial<LiblabOptions>;
  let tokenId: string;

  beforeAll(async () => {
    await login();
    const { token, secret } = await liblabJson<{ token: { id: string }; secret: string }>([
      'token',
      'create',
      'CI',
    ]);
    tokenId = token.id;
    ci = { env: { LIBLAB_TOKEN: secret, LIBLAB_HOME: join(folder, 'nobody') } };
  });

  test('registers a build with its documents, with the token and its creator as actor', async () => {
    write('other.json', {
      sdkName: 'other',
      specFilePath: 'spec.json',
      languages: ['python', 'go'],
    });
    const before = (await eventsOf('user.build')).length;
    const registered = await liblabJson<Registered>(['build', '--config', 'other.json'], ci);
    expect(registered.api.created).toBe(true);
    expect(registered.documents.map(({ kind, language }) => [kind, language])).toEqual([
      ['openapi', null],
      ['readme', 'python'],
      ['readme', 'go'],
    ]);
    expect(registered.url).toBe(`${api.url}/builds/${registered.build.id}`);
    expect(await newest('user.build', before + 1)).toMatchObject({
      actor: { type: 'token', id: tokenId, name: 'CI', onBehalfOf: { id: userId, email } },
      targets: [
        { type: 'build', id: String(registered.build.id) },
        { type: 'api', id: String(registered.api.id), name: 'other' },
      ],
      context: here,
    });
    const again = await liblabJson<Registered>(['build', '--config', 'other.json'], ci);
    expect(again.api).toEqual({ id: registered.api.id, created: false });
    const apis = await eventsOf('user.create_api');
    expect(apis.filter(({ targets }) => targets[0]?.name === 'other')).toHaveLength(1);
  });

  test('reports its pull requests, published and failed', async () => {
    const { build } = await liblabJson<Registered>(['build'], ci);
    const about = ['pr', '--build', String(build.id), '--language', 'python'];
    const url = 'https://github.com/exciting-soda/llama-store-sdk-python/pull/61';
    const published = await liblab(
      [...about, '--repository', 'exciting-soda/llama-python', '--number', '61', '--url', url],
      ci,
    );
    expect(published).toMatchObject({ code: 0 });
    expect(await newest('user.published_pr')).toMatchObject({
      details: { sdkName: 'llama-store', language: 'python', prNumber: 61, prUrl: url },
      context: here,
    });
    const failed = await liblab(
      [...about, '--repository', 'exciting-soda/llama-python', '--failed', 'main is protected'],
      ci,
    );
    expect(failed).toMatchObject({ code: 0 });
    expect(await newest('user.publish_pr_failure')).toMatchObject({ outcome: 'failure' });
    const foreign = await liblab(
      [...about.with(2, '99999'), '--repository', 'a/b', '--failed', 'x'],
      ci,
    );
    expect(foreign).toMatchObject({ code: 1 });
  });

  test('a failed build is recorded as failed, and the command exits with 1', async () => {
    write('gone.json', { sdkName: 'gone', specFilePath: 'no-spec.json', languages: ['go'] });
    const before = (await eventsOf('user.build')).length;
    expect(await liblab(['build', '--config', 'gone.json'], ci)).toMatchObject({ code: 1 });
    const event = await newest('user.build', before + 1);
    expect(event).toMatchObject({ outcome: 'failure', details: { apiName: 'gone' } });
    expect(event.reason).toBe('Cannot read no-spec.json (ENOENT)');
  });

  test('a request id that registered a failed build does not report another as succeeded', async () => {
    write('once.json', { sdkName: 'once', specFilePath: 'missing.json', languages: ['go'] });
    const requestId = '0d2f0a52-13a5-4f6a-8d5f-8c1f5a4f0b6e';
    const build = () => liblab(['build', '--config', 'once.json', '--request-id', requestId], ci);
    const first = await build();
    expect(first.code).toBe(1);
    expect(first.stdout).toContain(' failed: ');
    expect((await build()).stdout).toBe(first.stdout);
    write('once.json', { sdkName: 'once', specFilePath: 'spec.json', languages: ['go'] });
    const again = await build();
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain('already used for build #');
  });

  test('a Portal that is killed meanwhile still registers the build once', async () => {
    const before = (await eventsOf('user.build')).length;
    await api.kill();
    const building = liblabJson<Registered>(['build'], ci);
    api = await startApi();
    const { build } = await building;
    expect(await newest('user.build', before + 1)).toMatchObject({
      details: { buildId: build.id },
    });
  });
});

const foreign = process.env['AUDIT_FOREIGN_DATA'] ?? '';

describe.skipIf(!foreign)('AUDIT_FOREIGN_DATA: real configurations and documents', () => {
  test.each([
    ['llama-store.liblab.config.json', 'liblab-llama-store.json', 6],
    ['control-repo-template.liblab.config.json', 'liblab-control-repo-template-petstore.json', 4],
    // 1.76 MB, 296 operations.
    ['control-repo-template.liblab.config.json', 'box-openapi.json', 4],
  ])('%s with %s becomes a build', async (config, document, languages) => {
    await login();
    const cwd = mkdtempSync(join(folder, 'real-'));
    copyFileSync(join(foreign, 'liblab/configs', config), join(cwd, 'liblab.config.json'));
    copyFileSync(join(foreign, 'openapi', document), join(cwd, 'spec.json'));
    const registered = await liblabJson<Registered>(['build'], { cwd });
    expect(registered.documents).toHaveLength(1 + languages);
  });
});
