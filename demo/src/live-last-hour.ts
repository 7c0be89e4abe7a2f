/** The demo's last hour, over HTTP, as the page and a build service call the Portal. */

import { randomUUID } from 'node:crypto';
import { sdkNameOf } from './acts.ts';
import { apis, demoPassword, type Api, type Person } from './cast.ts';
import { documentsOf } from './documents.ts';

const browser =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/149.0 Safari/537.36';

/** A release: a token, a build, pull requests of which one fails, approvals, and two denied acts of a member. */
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
  const tool = toolWith(url, secret);
  const { build, documents } = await registerBuild(tool, api);
  await reportPullRequests(tool, build.id, api);
  for (const { id } of documents.slice(0, 3)) await admin('documents.approve', { id: String(id) });
  const visitor = await signIn(url, member);
  await refused(visitor('documents.approve', { id: String(documents.at(-1)?.id) }));
  await refused(visitor('tokens.revoke', { id: token.id }));
}

type Call = <Result>(procedure: string, input: object) => Promise<Result>;

/** Signs in and calls procedures like the page. */
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

/** Registers a build like a build service; returns the Portal's answer. */
function registerBuild(tool: Tool, api: Api) {
  return tool<{ build: { id: number }; documents: { id: number }[] }>('/api/v1/builds', {
    requestId: randomUUID(),
    api: { name: api.name },
    sdkName: sdkNameOf(api),
    status: 'succeeded',
    durationMs: 41_300,
    sdks: api.languages.map((language) => ({ language, version: '2.0.0' })),
    documents: documentsOf(api, api.languages),
  });
}

async function reportPullRequests(tool: Tool, buildId: number, api: Api): Promise<void> {
  const sdkName = sdkNameOf(api);
  for (const [index, language] of api.languages.entries()) {
    const repository = `exciting-soda/${sdkName}-${language}`;
    const number = 400 + index;
    const report = { requestId: randomUUID(), language, repository, sdkName };
    const result =
      index === 1
        ? { result: 'failed', reason: 'The repository refused the push: main is protected.' }
        : { result: 'published', number, url: `https://github.com/${repository}/pull/${number}` };
    await tool(`/api/v1/builds/${buildId}/pull-requests`, { ...report, ...result });
  }
}

type Tool = <Result>(path: string, body: object) => Promise<Result>;

/** Posts like liblab's command. */
function toolWith(url: string, token: string): Tool {
  return async <Result>(path: string, body: object) => {
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        'user-agent': 'liblab-cli/2.0.17 (linux-x64) node/24.4.1',
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status}.`);
    return (await answer.json()) as Result;
  };
}
