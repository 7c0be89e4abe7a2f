/** A tool that registers builds over HTTP with its token. */

import { randomUUID } from 'node:crypto';
import type { KeyScope, Role } from '@liblab/audit-core';
import { createTestMember } from './test-member.ts';
import { createKey } from '../../src/portal/keys/create-key.ts';
import { openSession } from './open-session.ts';
import type { TestApp } from './test-app.ts';

export const toolAgent = 'liblab-cli/2.0.17';

export interface PortalTool {
  /** The token's creator. */
  person: { id: string; email: string; name: string };
  keyId: string;
  headers: Record<string, string>;
  /** Registers a build, with defaults for missing fields. */
  build(more?: object): Promise<Response>;
  /** Registers a build; it must succeed. */
  registered(more?: object): Promise<RegisteredAnswer>;
  pullRequest(buildId: number | string, more?: object): Promise<Response>;
}

export interface RegisteredAnswer {
  build: { id: number };
  api: { id: number; created: boolean };
  documents: { id: number; kind: string; language: string | null; name: string }[];
  url: string;
}

/** A member of the organisation who can sign in; the headers of their session. */
export async function enterAs(
  app: TestApp,
  organizationId: string,
  role: Role,
): Promise<{ id: string; email: string; name: string; headers: Record<string, string> }> {
  const email = `${role}-${randomUUID()}@example.com`;
  const name = `The ${role}`;
  const { db } = app.services;
  const { id } = await createTestMember(db, { organizationId, email, name, role });
  const cookie = await openSession(app, email);
  return { id, email, name, headers: { cookie, origin: app.url } };
}

export async function openTool(
  app: TestApp,
  organizationId: string,
  scopes: KeyScope[] = ['build'],
): Promise<PortalTool> {
  const { db, clock } = app.services;
  const { headers: _, ...person } = await enterAs(app, organizationId, 'member');
  const key = await createKey({ db, clock }, null, {
    name: 'CI',
    scopes,
    organizationIds: [organizationId],
    createdBy: person.id,
  });
  const headers = {
    authorization: `Bearer ${key.secret}`,
    'content-type': 'application/json',
    'user-agent': toolAgent,
  };
  const post = (path: string, body: object) =>
    fetch(app.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  const build = (more: object = {}) => post('/api/v1/builds', { ...buildDefaults(), ...more });
  return {
    person,
    keyId: key.id,
    headers,
    build,
    async registered(more) {
      const answer = await build(more);
      if (answer.status !== 201) throw new Error(`${answer.status}: ${await answer.text()}`);
      return (await answer.json()) as RegisteredAnswer;
    },
    pullRequest: (buildId, more = {}) =>
      post(`/api/v1/builds/${buildId}/pull-requests`, { ...pullRequestDefaults(), ...more }),
  };
}

export const openapiDocument = {
  kind: 'openapi',
  name: 'openapi.json',
  content: JSON.stringify({ openapi: '3.1.0', info: { title: 'Llama Store', version: '1' } }),
};

export function readmeOf(language: string, content = `# ${language}\n`): object {
  return { kind: 'readme', language, name: `${language} guide`, content };
}

/** A build as `liblab build` registers it. */
export function buildDefaults() {
  return {
    requestId: randomUUID(),
    api: { name: 'Llama Store' },
    sdkName: 'llama-store-sdk',
    status: 'succeeded',
    durationMs: 48_210,
    sdks: [
      { language: 'typescript', version: '1.4.0' },
      { language: 'python', version: '1.4.0' },
    ],
    documents: [openapiDocument, readmeOf('typescript'), readmeOf('python')],
  };
}

/** A pull request as `liblab pr` reports it. */
export function pullRequestDefaults() {
  return {
    requestId: randomUUID(),
    language: 'python',
    repository: 'exciting-soda/llama-store-sdk-python',
    sdkName: 'llama-store-sdk',
    result: 'published',
    number: 61,
    url: 'https://github.com/exciting-soda/llama-store-sdk-python/pull/61',
  };
}
