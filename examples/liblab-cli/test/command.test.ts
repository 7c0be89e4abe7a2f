/** The command as scripts see it: requests, output and exit codes, with a Portal that fails in scripted ways. */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { spawnLiblab, type LiblabOptions } from '../src/spawn-liblab.ts';
import { makeProject, type Project } from './support/project.ts';
import { startScriptedPortal, type Reply } from './support/scripted-portal.ts';

const token = 'llat_c2VjcmV0LXNlY3JldC1zZWNyZXQ';
const cookie = 'audit-trails.session_token=c2Vzc2lvbg';

let project: Project;
beforeAll(() => void (project = makeProject()));
afterAll(() => project[Symbol.dispose]());

const env = (more: Record<string, string> = {}) => ({ LIBLAB_HOME: project.folder, ...more });

/** Runs the command with a token, in the project's folder. */
function liblab(url: string, args: readonly string[], options: Partial<LiblabOptions> = {}) {
  return spawnLiblab(args, {
    cwd: project.folder,
    ...options,
    env: env({ LIBLAB_URL: url, LIBLAB_TOKEN: token, ...options.env }),
  });
}

/** Stores a session as `liblab login` does. */
function storeSession(url: string, mode = 0o600): string {
  const file = join(project.folder, 'session.json');
  writeFileSync(file, JSON.stringify({ url, email: 'ada@example.com', cookie }), { mode });
  return file;
}

const registered: Reply = {
  status: 201,
  body: {
    build: { id: 12, status: 'succeeded', reason: null },
    api: { id: 3, created: true },
    documents: [{ id: 30, kind: 'openapi', language: null, name: 'spec.json' }],
    url: '/builds/12',
  },
};

const registeredAsFailed = (reason: string): Reply => ({
  status: 201,
  body: {
    build: { id: 12, status: 'failed', reason },
    api: { id: 3, created: false },
    documents: [],
    url: '/builds/12',
  },
});

const failure = (status: number, message: string, headers = {}): Reply => ({
  status,
  body: { error: { code: 'x', message, path: '$.documents[0]', requestId: 'r-1' } },
  headers,
});

describe('a build', () => {
  test('is registered with its documents and the tool in the user agent', async () => {
    await using portal = await startScriptedPortal(registered);
    const { code, stdout } = await liblab(portal.url, ['build', '--organization', 'o-1', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ build: { id: 12 }, url: `${portal.url}/builds/12` });
    const [{ url, headers, body } = expect.fail('nothing was sent')] = portal.received;
    expect(url).toBe('/api/v1/builds?organizationId=o-1');
    expect(headers['user-agent']).toMatch(/^liblab-cli\/\d+\.\d+\.\d+ \(\w+-\w+\) node\/\d+\./);
    expect(headers.authorization).toBe(`Bearer ${token}`);
    expect(headers.cookie).toBeUndefined();
    expect(body).toMatchObject({
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      api: { name: 'Llama Store' },
      sdkName: 'llama-store',
      status: 'succeeded',
      durationMs: expect.any(Number) as number,
      sdks: [
        { language: 'typescript', version: '1.4.0' },
        { language: 'go', version: '1.0.0' },
      ],
      documents: [
        { kind: 'openapi', name: 'spec.json' },
        { kind: 'readme', language: 'typescript' },
        { kind: 'readme', language: 'go' },
      ],
    });
  });

  test('keeps one request id over lost responses, 429, 503 and a proxy’s 502', async () => {
    const busy = { 'retry-after': '0' };
    const failures: Reply[] = ['truncated', failure(429, 'full', busy), failure(503, 'down', busy)];
    await using portal = await startScriptedPortal(
      'cut',
      ...failures,
      { status: 502, body: '<html>' },
      registered,
    );
    expect(await liblab(portal.url, ['build'])).toMatchObject({ code: 0 });
    expect(portal.received).toHaveLength(6);
    expect(new Set(portal.received.map(({ body }) => body['requestId'])).size).toBe(1);
  });

  test('without a readable document is registered as failed and exits with 1', async () => {
    await using portal = await startScriptedPortal(registeredAsFailed('gone.json: ENOENT.'));
    const bare = { sdkName: 'llama-store', specFilePath: 'gone.json', languages: ['go'] };
    project.write('bare.json', JSON.stringify(bare));
    const outcome = await liblab(portal.url, ['build', '--config', 'bare.json']);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/build failed and was registered as failed: .*gone.*ENOENT/);
    expect(portal.received[0]?.body).toMatchObject({
      status: 'failed',
      reason: 'Cannot read gone.json (ENOENT)',
      documents: [],
    });
  });

  test('prints what the Portal registered, not what was sent', async () => {
    await using portal = await startScriptedPortal(registeredAsFailed('The first attempt failed.'));
    const outcome = await liblab(portal.url, ['build']);
    expect(outcome).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('first attempt') as string,
    });
    expect(outcome.stdout).toContain('Build #12 failed');
  });

  test('whose request id was used for another build is an error', async () => {
    await using portal = await startScriptedPortal({
      status: 409,
      body: {
        error: { code: 'id_reused', path: '$.requestId', message: 'Already used for build #430.' },
      },
    });
    const outcome = await liblab(portal.url, ['build']);
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toContain('$.requestId: Already used for build #430.');
  });

  test.each([
    ['an absolute path', (folder: string) => `${folder}/secret/gone.json`],
    ['a file URL', (folder: string) => `file://${folder}/secret/gone.json`],
    ['a path of Windows', () => 'C:\\ci\\secret\\gone.json'],
  ])('that fails for %s does not record the folders of this machine', async (_, pathIn) => {
    await using portal = await startScriptedPortal(registeredAsFailed('x'));
    const specFilePath = pathIn(project.folder);
    project.write('far.json', JSON.stringify({ sdkName: 'a', specFilePath, languages: ['go'] }));
    await liblab(portal.url, ['build', '--config', 'far.json']);
    expect(portal.received[0]?.body).toMatchObject({ reason: 'Cannot read gone.json (ENOENT)' });
  });
});

const reported = (number: number | null): Reply => ({
  status: 201,
  body: { pullRequest: { requestId: 'r-1', buildId: 12, repository: 'o/r', number } },
});

describe('a pull request', () => {
  test('that failed with a long or an empty log is reported', async () => {
    await using portal = await startScriptedPortal(reported(null));
    const log = '🦙'.repeat(20_000);
    expect((await liblab(portal.url, [...about, '--failed', log])).code).toBe(0);
    expect((await liblab(portal.url, [...about, '--failed', '\n'])).code).toBe(0);
    const reasons = portal.received.map(({ body }) => body['reason']);
    expect(reasons[0] === log).toBe(true);
    expect(reasons[1]).toBe('No reason was given');
  });

  const about = ['pr', '--build', '12', '--language', 'go', '--repository', 'o/r'];

  test('is reported as published or as failed, never as both', async () => {
    await using portal = await startScriptedPortal(reported(61), reported(null));
    const published = ['--number', '61', '--url', 'https://github.com/o/r/pull/61'];
    expect(await liblab(portal.url, [...about, ...published])).toMatchObject({
      code: 0,
      stdout: 'Registered pull request #61 in o/r for build #12.\n',
    });
    expect(await liblab(portal.url, [...about, '--failed', 'main is protected'])).toMatchObject({
      code: 0,
      stdout: 'Registered the failed pull request in o/r for build #12.\n',
    });
    expect((await liblab(portal.url, [...about, ...published, '--failed', 'x'])).code).toBe(2);
    expect((await liblab(portal.url, [...about, '--number', '61'])).code).toBe(2);
    const common = { language: 'go', repository: 'o/r', sdkName: 'llama-store' };
    expect(portal.received.map(({ url }) => url)).toEqual([
      '/api/v1/builds/12/pull-requests',
      '/api/v1/builds/12/pull-requests',
    ]);
    expect(portal.received[0]?.body).toMatchObject({ ...common, result: 'published', number: 61 });
    expect(portal.received[1]?.body).toMatchObject({
      ...common,
      result: 'failed',
      reason: 'main is protected',
    });
  });
});

describe('a token', () => {
  const made = {
    status: 200,
    body: {
      result: {
        data: {
          token: { id: 't-1', name: 'CI', expiresAt: '2027-02-22T00:00:00.000Z' },
          secret: token,
        },
      },
    },
  };

  test('is created with the session even when LIBLAB_TOKEN is set, and its secret is printed once', async () => {
    await using portal = await startScriptedPortal(made);
    storeSession(portal.url);
    const outcome = await liblab(portal.url, ['token', 'create', 'CI', '--days', '30']);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(outcome.stdout.split(token)).toHaveLength(2);
    const [{ headers, body } = expect.fail('nothing was sent')] = portal.received;
    expect(headers).toMatchObject({ cookie, origin: portal.url });
    expect(headers.authorization).toBeUndefined();
    expect(body).toEqual({ name: 'CI', days: 30 });
  });

  test('is not created again when the response is lost', async () => {
    await using portal = await startScriptedPortal('cut', made);
    storeSession(portal.url);
    const outcome = await liblab(portal.url, ['token', 'create', 'CI']);
    expect(outcome.code).toBe(4);
    expect(outcome.stderr).toContain('liblab token list');
    expect(portal.received).toHaveLength(1);
  });

  test('cannot control the terminal by its name', async () => {
    const data = { tokens: [{ id: 't-1', name: 'a\u001b[2J\u202eb', expiresAt: '2027-01-01' }] };
    await using portal = await startScriptedPortal({ status: 200, body: { result: { data } } });
    storeSession(portal.url);
    const { stdout } = await liblab(portal.url, ['token', 'list']);
    expect(stdout).toContain('a�[2J�b');
  });
});

describe('an error', () => {
  test('names the invalid value once', async () => {
    const reply = (path: string, message: string): Reply => ({
      status: 400,
      body: { error: { code: 'bad_request', path, message } },
    });
    await using portal = await startScriptedPortal(
      reply('$.sdks[0].language', 'The field "language" must be one of "go".'),
      reply('$.requestId', '$.requestId is required.'),
    );
    const errors = [await liblab(portal.url, ['build']), await liblab(portal.url, ['build'])];
    expect(errors.map(({ stderr }) => stderr)).toEqual([
      'liblab: $.sdks[0].language must be one of "go".\n',
      'liblab: $.requestId is required.\n',
    ]);
  });

  test.each([
    [400, 'line 3: no OpenAPI', 1, /line 3: no OpenAPI/],
    [401, 'Revoked.', 3, /Revoked\. Check that LIBLAB_TOKEN is valid for http:\S+\./],
    [403, `No: ${token}`, 3, /No: \[secret\]/],
    [500, 'It failed.', 4, /It failed\. Request id: r-1\./],
    [429, 'Full.', 4, /Full\./],
  ])('of status %i is printed and sets the exit code', async (status, message, code, printed) => {
    await using portal = await startScriptedPortal(
      failure(status, message, { 'retry-after': '3600' }),
    );
    const outcome = await liblab(portal.url, ['build']);
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toMatch(
      new RegExp(`^liblab: \\$\\.documents\\[0\\]: ${printed.source}\\n$`),
    );
  });

  test('names a redirect, and no credential follows it', async () => {
    await using elsewhere = await startScriptedPortal(registered);
    const headers = { location: `${elsewhere.url}/api/v1/builds` };
    await using portal = await startScriptedPortal({ status: 307, headers });
    const { code, stderr } = await liblab(portal.url, ['build']);
    expect(code).toBe(1);
    expect(stderr).toContain('redirects to');
    expect(elsewhere.received).toEqual([]);
  });

  test('is printed after the timeout when the Portal is unreachable', async () => {
    const { url } = await startScriptedPortal(registered).then(async (portal) => {
      await portal[Symbol.asyncDispose]();
      return portal;
    });
    const { code, stderr } = await liblab(url, ['build'], { env: { LIBLAB_TIMEOUT: '1' } });
    expect(code).toBe(4);
    expect(stderr).toContain(`Cannot reach ${url} (ECONNREFUSED).`);
  });

  test('says when a response is not from the Portal', async () => {
    await using portal = await startScriptedPortal({ status: 200, body: { ok: true } });
    const { code, stderr } = await liblab(portal.url, ['build']);
    expect(code).toBe(1);
    expect(stderr).toContain('is not from the Portal');
  });

  test.each([
    [['build', '--langauge', 'go'], /Unknown option '--langauge'.*liblab help/],
    [['deploy'], /Unknown command "deploy"/],
    [['toString'], /Unknown command "toString"/],
    [['token', 'list', 'x'], /token create <name>/],
    [['build', '--portal', 'http://portal.example.com'], /must start with https/],
  ])('rejects the arguments %j', async (args, message) => {
    const { code, stderr } = await liblab('http://127.0.0.1:1', args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('a session', () => {
  const signedIn: Reply = { status: 200, headers: { 'set-cookie': `${cookie}; Path=/; HttpOnly` } };

  test('is stored readable by its owner only', async () => {
    await using portal = await startScriptedPortal(signedIn);
    const outcome = await spawnLiblab(
      ['login', '--portal', portal.url, '--email', 'ada@example.com', '--password-stdin'],
      { env: env(), input: 'a secret of hers\n' },
    );
    expect(outcome).toMatchObject({ code: 0, stdout: '' });
    expect(portal.received[0]?.body).toEqual({
      email: 'ada@example.com',
      password: 'a secret of hers',
    });
    const file = join(project.folder, 'session.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ url: portal.url, cookie });
  });

  test('is not used when others can read it, and not sent to another Portal', async () => {
    await using portal = await startScriptedPortal(registered);
    const session = { env: { LIBLAB_TOKEN: '' } };
    storeSession('http://127.0.0.1:1');
    expect(await liblab(portal.url, ['build'], session)).toMatchObject({ code: 3 });
    const file = storeSession(portal.url);
    execFileSync('chmod', ['0644', file]);
    const { code, stderr } = await liblab(portal.url, ['build'], session);
    expect({ code, stderr }).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('0600') as string,
    });
    execFileSync('chmod', ['0600', file]);
    expect(portal.received).toEqual([]);
  });

  test('is deleted locally even when the Portal is unreachable', async () => {
    const file = storeSession('http://127.0.0.1:1');
    const timeout = { env: env({ LIBLAB_TIMEOUT: '1' }) };
    const { code, stderr } = await spawnLiblab(['logout'], timeout);
    expect(code).toBe(4);
    expect(stderr).toContain('Signed out on this machine only');
    expect(existsSync(file)).toBe(false);
  });

  test('does not prompt without a terminal', async () => {
    const { code, stderr } = await spawnLiblab(
      ['login', '--portal', 'https://portal.example.com'],
      {
        env: env(),
      },
    );
    expect(code).toBe(2);
    expect(stderr).toContain('--password-stdin');
  });

  const script = '/usr/bin/script';

  test.skipIf(!existsSync(script))('starts without showing the typed password', async () => {
    await using portal = await startScriptedPortal(signedIn);
    const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
    // script(1) provides a terminal, which echoes typed text unless the command turns that off.
    const child = spawn(script, ['-qec', `"${process.execPath}" "${main}" login`, '/dev/null'], {
      env: env({ LIBLAB_URL: portal.url, PATH: '/usr/bin:/bin', SHELL: '/bin/sh' }),
    });
    let shown = '';
    const answers: Record<string, string> = {
      'E-mail: ': 'ada@example.com\r',
      'Password: ': 'hunter2 hunter2\r',
    };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      shown += chunk;
      for (const [question, answer] of Object.entries(answers)) {
        if (!shown.includes(question)) continue;
        delete answers[question];
        child.stdin.write(answer);
      }
    });
    const [code] = (await once(child, 'close')) as [number];
    expect(code, shown).toBe(0);
    expect(shown).toContain('ada@example.com');
    expect(shown).not.toContain('hunter2');
    expect(portal.received[0]?.body).toEqual({
      email: 'ada@example.com',
      password: 'hunter2 hunter2',
    });
  });
});

/** The oldest Node on this machine, from version 20 on. */
function oldestNode(): { path: string; version: string } {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'];
  const paths = new Set([process.execPath, ...folders.map((each) => join(each, 'node'))]);
  const found = [...paths].filter(existsSync).map((path) => ({
    path,
    version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim().slice(1),
  }));
  return found
    .filter(({ version }) => Number.parseInt(version, 10) >= 20)
    .toSorted((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }))[0]!;
}

const node = oldestNode();

test(`the built command runs under Node ${node.version}`, async () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const tsc = fileURLToPath(import.meta.resolve('typescript/package.json'));
  execFileSync(process.execPath, [join(tsc, '../bin/tsc'), '-p', 'tsconfig.build.json'], {
    cwd: root,
  });
  await using portal = await startScriptedPortal(registered);
  const program = [node.path, join(root, 'dist/main.js')] as const;
  expect(await liblab(portal.url, ['build'], { program })).toMatchObject({ code: 0, stderr: '' });
  expect(portal.received[0]?.headers['user-agent']).toContain(`node/${node.version}`);
});
