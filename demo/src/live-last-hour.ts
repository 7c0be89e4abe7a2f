/** The demo's last hour, as it happens: over HTTP from the page's side, by the example command from the tool's side. */

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sdkNameOf } from './acts.ts';
import { apis, demoPassword, type Api, type Person } from './cast.ts';
import { openapiOf } from './documents.ts';

const command = join(import.meta.dirname, '../../examples/liblab-cli/src/main.ts');
const browser =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/149.0 Safari/537.36';

/** A release: token, build, pull requests of which one fails, approvals, and what a member may not do. */
export async function liveLastHour(
  url: string,
  { owner, member }: { owner: Person; member: Person },
): Promise<void> {
  const api = apis[0] as Api;
  const admin = await signIn(url, owner);
  const { token, secret } = await admin<{ token: { id: string }; secret: string }>(
    'tokens.create',
    { name: 'LIBLAB_RELEASE_TOKEN', days: 90 },
  );
  const { build, documents } = await buildByCommand(url, secret, api);
  await reportPullRequests(url, secret, build.id, api);
  for (const { id } of documents.slice(0, 3)) await admin('documents.approve', { id: String(id) });
  const visitor = await signIn(url, member);
  await refused(visitor('documents.approve', { id: String(documents.at(-1)?.id) }));
  await refused(visitor('tokens.revoke', { id: token.id }));
}

type Call = <Result>(procedure: string, input: object) => Promise<Result>;

/** As the page signs in and calls. */
async function signIn(url: string, { email }: Person): Promise<Call> {
  const headers = { 'content-type': 'application/json', origin: url, 'user-agent': browser };
  const post = (path: string, body: object, more = {}) =>
    fetch(url + path, {
      method: 'POST',
      headers: { ...headers, ...more },
      body: JSON.stringify(body),
    });
  const answer = await post('/api/auth/sign-in/email', { email, password: demoPassword });
  if (!answer.ok) throw new Error(`${email} cannot sign in: ${answer.status}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  return async <Result>(procedure: string, input: object) => {
    const called = await post(`/trpc/${procedure}`, input, { cookie });
    const { result } = (await called.json()) as { result?: { data: Result } };
    if (!result) throw new Refusal(`${procedure} was answered ${called.status}.`, called.status);
    return result.data;
  };
}

class Refusal extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

async function refused(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 403) throw error;
  }
}

async function buildByCommand(url: string, token: string, api: Api) {
  const folder = mkdtempSync(join(tmpdir(), 'audit-demo-'));
  try {
    writeFileSync(join(folder, 'openapi.json'), JSON.stringify(openapiOf(api)));
    const config = {
      sdkName: sdkNameOf(api),
      apiName: api.name,
      apiVersion: '1.0.0',
      specFilePath: './openapi.json',
      languages: api.languages,
      sdkVersion: '2.0.0',
    };
    const file = join(folder, 'liblab.config.json');
    writeFileSync(file, `// What is released today.\n${JSON.stringify(config, null, 2)}\n`);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [command, 'build', '--config', file, '--json'],
      { env: { ...process.env, LIBLAB_URL: url, LIBLAB_TOKEN: token, LIBLAB_HOME: folder } },
    );
    return JSON.parse(stdout) as { build: { id: number }; documents: { id: number }[] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function reportPullRequests(
  url: string,
  token: string,
  buildId: number,
  api: Api,
): Promise<void> {
  const sdkName = sdkNameOf(api);
  for (const [index, language] of api.languages.entries()) {
    const repository = `exciting-soda/${sdkName}-${language}`;
    const number = 400 + index;
    const answer = await fetch(`${url}/api/v1/builds/${buildId}/pull-requests`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        'user-agent': 'liblab-cli/2.0.17 (linux-x64) node/24.4.1',
      },
      body: JSON.stringify({
        ...{ requestId: randomUUID(), language, repository, sdkName },
        ...(index === 1
          ? { result: 'failed', reason: 'The repository refused the push: main is protected.' }
          : {
              result: 'published',
              number,
              url: `https://github.com/${repository}/pull/${number}`,
            }),
      }),
    });
    if (!answer.ok) throw new Error(`A pull request was answered ${answer.status}.`);
  }
}
