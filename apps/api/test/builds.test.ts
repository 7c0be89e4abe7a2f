/** Builds that tools register: stored completely with their events, or not at all. */

import { randomUUID } from 'node:crypto';
import type { TrailEvent } from '@liblab/audit-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { continueNumbersAfter } from '../src/portal/builds/numbers.ts';
import {
  enterAs,
  openapiDocument,
  openTool,
  readmeOf,
  toolAgent,
  type PortalTool,
} from './support/portal-tool.ts';
import { isAct, readActTypes } from './support/read-trail.ts';
import { startTestTrail, type TestOrganization, type TestTrail } from './support/test-trail.ts';

let trail: TestTrail;
let organization: TestOrganization;
let tool: PortalTool;

beforeAll(async () => {
  trail = await startTestTrail();
});

afterAll(() => trail[Symbol.asyncDispose]());

/** A new organisation with a tool. */
async function begin() {
  organization = await trail.organization();
  tool = await openTool(trail.app, organization.id);
}

const types = () => readActTypes(trail.app.services, organization.id);

/** Newest first, once the trail holds this many. */
async function events(count: number): Promise<TrailEvent[]> {
  await expect.poll(async () => (await types()).length).toBe(count);
  const answer = await trail.app.call('query', 'events.list', undefined, organization.headers);
  const { result } = (await answer.json()) as { result: { data: { events: TrailEvent[] } } };
  return result.data.events.filter(({ type }) => isAct(type));
}

async function read<Answer>(
  path: string,
  input: unknown,
  headers: Record<string, string> = organization.headers,
): Promise<Answer> {
  const answer = await trail.app.call('query', path, input, headers);
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { result: { data: Answer } }).result.data;
}

async function rowsOf(): Promise<Record<string, number>> {
  const { rows } = await trail.app.services.db.pool.query<Record<string, number>>(
    `select (select count(*) from numbers where organization_id = $1) as numbers,
            (select count(*) from apis where organization_id = $1) as apis,
            (select count(*) from builds where organization_id = $1) as builds,
            (select count(*) from build_sdks where organization_id = $1) as sdks,
            (select count(*) from documents where organization_id = $1) as documents`,
    [organization.id],
  );
  return rows[0] as Record<string, number>;
}

const nothing = { numbers: 0, apis: 0, builds: 0, sdks: 0, documents: 0 };

describe('registering a build', () => {
  it('creates the API with its first build, and records both in order, with the token and its creator as actor', async () => {
    await begin();
    const first = await tool.registered();
    expect(first).toEqual({
      build: { id: 1, status: 'succeeded', reason: null },
      api: { id: 1, created: true },
      documents: [
        { id: 1, kind: 'openapi', language: null, name: 'openapi.json' },
        { id: 2, kind: 'readme', language: 'typescript', name: 'typescript guide' },
        { id: 3, kind: 'readme', language: 'python', name: 'python guide' },
      ],
      url: `${trail.app.url}/builds/1`,
    });
    const second = await tool.registered({ sdks: [{ language: 'go', version: '2.0.0' }] });
    expect(second).toMatchObject({ build: { id: 2 }, api: { id: 1, created: false } });

    await events(3);
    expect(await types()).toEqual(['user.create_api', 'user.build', 'user.build']);
    const [, built, created] = await events(3);
    const { id, email, name } = tool.person;
    const actor = { type: 'token', id: tool.keyId, name: 'CI' };
    for (const event of [built, created]) {
      expect(event).toMatchObject({
        actor: { ...actor, onBehalfOf: { type: 'user', id, email, name } },
        context: {
          ip: '127.0.0.1',
          userAgent: toolAgent,
          service: 'liblab-cli',
          serviceVersion: '2.0.17',
        },
        reportedBy: { keyId: tool.keyId, name: 'CI' },
        outcome: 'success',
      });
    }
    expect(created?.details).toEqual({ apiName: 'Llama Store', apiId: 1 });
    expect(built).toMatchObject({
      targets: [
        { type: 'build', id: '1', name: 'Build #1' },
        { type: 'api', id: '1', name: 'Llama Store' },
      ],
      details: {
        buildId: 1,
        apiName: 'Llama Store',
        apiId: 1,
        durationMs: 48_210,
        languages: ['typescript', 'python'],
        sdkVersion: '1.4.0',
      },
    });
  });

  it('records the reason of a failed build', async () => {
    await begin();
    const reason = 'openapi.json: operationId is not unique.';
    await tool.registered({ status: 'failed', reason, documents: [] });
    expect((await events(2))[0]).toMatchObject({ type: 'user.build', outcome: 'failure', reason });
    const { build } = await read<{ build: object }>('builds.get', { id: '1' });
    expect(build).toMatchObject({ outcome: 'failure', reason });
  });

  it('answers a repeated request with the same build and records nothing', async () => {
    await begin();
    const requestId = randomUUID();
    const first = await tool.registered({ requestId });
    await tool.registered();
    const again = await Promise.all([
      tool.registered({ requestId }),
      // A retry measures another duration.
      tool.registered({ requestId, durationMs: 7 }),
    ]);
    expect(again).toEqual([first, first]);
    expect((await events(3)).length).toBe(3);
    expect(await rowsOf()).toMatchObject({ builds: 2, documents: 6 });
  });

  it.each<[string, object]>([
    ['api', { api: { name: 'Other' } }],
    ['sdkName', { sdkName: undefined }],
    ['status', { status: 'failed', reason: 'The document is gone.' }],
    ['sdks', { sdks: [{ language: 'go', version: '1.0.0' }] }],
    [
      'sdks',
      {
        sdks: [
          { language: 'typescript', version: '1.4.1' },
          { language: 'python', version: '1.4.0' },
        ],
      },
    ],
    ['documents', { documents: [openapiDocument] }],
    [
      'documents',
      { documents: [openapiDocument, readmeOf('typescript', '# Other\n'), readmeOf('python')] },
    ],
  ])('rejects a request id that was used with another %s', async (field, other) => {
    await begin();
    const requestId = randomUUID();
    await tool.registered({ requestId });
    const answer = await tool.build({ requestId, ...other });
    expect(answer.status).toBe(409);
    const { error } = (await answer.json()) as { error: object };
    expect(error).toMatchObject({
      code: 'id_reused',
      path: '$.requestId',
      message: `This request id was already used for build #1, whose "${field}" differs. Use a new request id.`,
    });
    expect(await rowsOf()).toMatchObject({ builds: 1, documents: 3 });
    expect((await events(2)).length).toBe(2);
  });

  it('registers one of two different builds that use one request id concurrently', async () => {
    await begin();
    const requestId = randomUUID();
    const answers = await Promise.all([
      tool.build({ requestId }),
      tool.build({ requestId, status: 'failed', reason: 'x', documents: [] }),
    ]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]));
    expect(await rowsOf()).toMatchObject({ builds: 1 });
  });

  it('cuts a long reason between characters, and marks it as cut', async () => {
    await begin();
    const requestId = randomUUID();
    const reason = `${'🦙'.repeat(1_500)}\0`;
    const failed = { requestId, status: 'failed', reason, documents: [] };
    const { build } = await tool.registered(failed);
    expect(await tool.registered(failed)).toMatchObject({ build: { id: build.id } });
    const [event] = await events(2);
    expect(event?.reason).toMatch(/^🦙{900,1000}… \[cut: 3001 characters in total\]$/u);
    expect(event?.reason?.length).toBeLessThanOrEqual(2_000);
  });

  it('numbers concurrent builds without gaps, each once, also with repeats among them', async () => {
    await begin();
    const requestIds = Array.from({ length: 5 }, () => randomUUID());
    const answers = await Promise.all(
      [...requestIds, ...requestIds].map((requestId, index) =>
        tool.registered({ requestId, api: { name: `API ${(index % 5) % 3}` } }),
      ),
    );
    const byRequest = requestIds.map((_, n) => [
      answers[n]?.build.id,
      answers[n + requestIds.length]?.build.id,
    ]);
    for (const [one, other] of byRequest) expect(one).toBe(other);
    const numbers = byRequest.map(([one]) => Number(one)).toSorted((a, b) => a - b);
    expect(numbers).toEqual(requestIds.map((_, n) => n + 1));
    const { apis } = await read<{ apis: { id: number }[] }>('apis.list', {});
    expect(apis.map(({ id }) => id)).toEqual([3, 2, 1]);
    await events(8);
  });

  it('counts separately in each organisation, from its configured start', async () => {
    await begin();
    await tool.registered();
    await begin();
    const { db } = trail.app.services;
    await continueNumbersAfter(db, organization.id, { api: 519, build: 311, document: 2_841 });
    await continueNumbersAfter(db, organization.id, { api: 1, build: 1, document: 1 });
    expect(await tool.registered()).toMatchObject({
      build: { id: 312 },
      api: { id: 520 },
      documents: [{ id: 2_842 }, { id: 2_843 }, { id: 2_844 }],
    });
  });

  it.each<[string, object, string]>([
    ['a language of nobody', { sdks: [{ language: 'cobol', version: '1' }] }, '$.sdks[0].language'],
    ['no SDK', { sdks: [] }, '$.sdks'],
    [
      'a language twice',
      {
        sdks: [
          { language: 'go', version: '1' },
          { language: 'go', version: '2' },
        ],
      },
      '$.sdks',
    ],
    ['no request id', { requestId: undefined }, '$.requestId'],
    ['failure without a reason', { status: 'failed' }, '$.reason'],
    ['two OpenAPI documents', { documents: [openapiDocument, openapiDocument] }, '$.documents'],
    [
      'a README without its language',
      { documents: [{ ...readmeOf('go'), language: undefined }] },
      '$.documents[0].language',
    ],
    [
      'a README of 512 KiB and one byte',
      { documents: [readmeOf('go', 'x'.repeat(524_289))] },
      '$.documents[0].content',
    ],
    [
      'an OpenAPI document beyond 4 MiB',
      { documents: [{ ...openapiDocument, content: 'ä'.repeat(2_100_000) }] },
      '$.documents[0].content',
    ],
    [
      '21 documents',
      { documents: Array.from({ length: 21 }, () => openapiDocument) },
      '$.documents',
    ],
    ['U+0000', { api: { name: 'a\u0000' } }, '$.api.name'],
    ['a field that nobody knows', { documets: [] }, '$'],
  ])('rejects %s and stores nothing', async (_, more, path) => {
    await begin();
    const answer = await tool.build(more);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'bad_request', path } });
    expect(await rowsOf()).toEqual(nothing);
    expect(await types()).toEqual([]);
  });

  it('rejects a body over 8 MiB, and a key without the scope', async () => {
    await begin();
    const large = await tool.build({ sdkName: 'x'.repeat(8 * 1024 * 1024) });
    expect(large.status).toBe(413);
    const reader = await openTool(trail.app, organization.id, ['read', 'emit']);
    expect((await reader.build()).status).toBe(403);
    expect(await rowsOf()).toEqual(nothing);
  });
});

describe('reporting a pull request', () => {
  it('records it for the build, once', async () => {
    await begin();
    const { build } = await tool.registered();
    const requestId = randomUUID();
    const [first, again] = [
      await tool.pullRequest(build.id, { requestId }),
      await tool.pullRequest(build.id, { requestId }),
    ];
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(await again.json()).toEqual(await first.json());
    const reason = 'The branch main is protected.';
    const failed = { result: 'failed', reason, number: undefined, url: undefined };
    expect((await tool.pullRequest(build.id, failed)).status).toBe(201);

    const [failure, published] = await events(4);
    expect(failure).toMatchObject({
      type: 'user.publish_pr_failure',
      outcome: 'failure',
      reason,
      details: { sdkName: 'llama-store-sdk', language: 'python', reason },
    });
    expect(published).toMatchObject({
      type: 'user.published_pr',
      targets: [
        { type: 'repository', id: 'exciting-soda/llama-store-sdk-python' },
        { type: 'build', id: '1', name: 'Build #1' },
      ],
      details: { prNumber: 61 },
      reportedBy: { keyId: tool.keyId },
    });
    const page = await read<{ pullRequests: object[] }>('builds.get', { id: '1' });
    expect(page.pullRequests).toMatchObject([
      { outcome: 'failure', reason, prNumber: null },
      { outcome: 'success', prNumber: 61 },
    ]);
  });

  it('rejects a request id that was used for another pull request, which is then reported with its own', async () => {
    await begin();
    const { build } = await tool.registered();
    const { build: other } = await tool.registered();
    const requestId = randomUUID();
    expect((await tool.pullRequest(build.id, { requestId })).status).toBe(201);
    const failed = { result: 'failed', reason: 'x', number: undefined, url: undefined };
    const answers = [
      await tool.pullRequest(other.id, { requestId }),
      await tool.pullRequest(build.id, { requestId, language: 'typescript' }),
      await tool.pullRequest(build.id, { requestId, repository: 'a/b' }),
      await tool.pullRequest(build.id, { requestId, sdkName: 'other' }),
      await tool.pullRequest(build.id, { requestId, number: 62 }),
      await tool.pullRequest(build.id, { requestId, ...failed }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(409);
      expect(await answer.json()).toMatchObject({
        error: {
          code: 'id_reused',
          path: '$.requestId',
          message: expect.stringContaining(
            'already used for pull request #61 of build #1',
          ) as string,
        },
      });
    }
    const long = { ...failed, reason: 'x'.repeat(70_000) };
    expect((await tool.pullRequest(build.id, long)).status).toBe(201);
    const [event] = await events(5);
    expect(event?.reason).toMatch(/^x+… \[cut: 70000 characters in total\]$/);
  });

  it('is recorded once, also when it is sent concurrently', async () => {
    await begin();
    const { build } = await tool.registered();
    const requestId = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => tool.pullRequest(build.id, { requestId })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(201));
    expect((await events(3))[0]?.type).toBe('user.published_pr');
  });

  it('rejects a language that was not built, an unsafe URL, and builds of other organisations', async () => {
    await begin();
    const { build } = await tool.registered();
    const refused = [
      await tool.pullRequest(build.id, { language: 'go' }),
      await tool.pullRequest(build.id, { url: 'javascript:alert(1)' }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([400, 400]);
    const foreign = tool;
    await begin();
    const messages = await Promise.all(
      [build.id, 99, 'x'].map(async (id) => {
        const answer = await tool.pullRequest(id);
        const { error } = (await answer.json()) as { error: { message: string } };
        return [answer.status, error.message];
      }),
    );
    expect(new Set(messages.map(String)).size).toBe(1);
    expect(messages[0]?.[0]).toBe(404);
    expect((await foreign.pullRequest(build.id)).status).toBe(201);
  });
});

describe('reading', () => {
  it('lists builds newest first, in pages, optionally of one API', async () => {
    await begin();
    for (const name of ['A', 'B', 'A', 'A']) await tool.registered({ api: { name } });
    type List = { builds: { id: number }[]; next?: string };
    const first = await read<List>('builds.list', { limit: 3 });
    expect(first.builds.map(({ id }) => id)).toEqual([4, 3, 2]);
    const rest = await read<List>('builds.list', { limit: 3, cursor: first.next });
    expect([rest.builds.map(({ id }) => id), rest.next]).toEqual([[1], undefined]);
    const ofA = await read<List>('builds.list', { apiId: 1 });
    expect(ofA.builds).toMatchObject([
      { id: 4, apiName: 'A', languages: ['typescript', 'python'], documents: 3, approved: 0 },
      { id: 3 },
      { id: 1 },
    ]);
    const apis = await read<{ apis: object[] }>('apis.list', {});
    expect(apis.apis).toMatchObject([
      { name: 'B', builds: 1, lastBuild: { id: 2 } },
      { name: 'A', builds: 3, lastBuild: { id: 4, outcome: 'success' } },
    ]);
  });

  it('gives a member everything except events', async () => {
    await begin();
    await tool.registered();
    await events(2);
    await trail.follow();
    const member = await enterAs(trail.app, organization.id, 'member');
    const auditor = await enterAs(trail.app, organization.id, 'auditor');
    const pages = [
      ['apis.get', '1', ['user.build', 'user.create_api']],
      ['builds.get', '1', ['user.build']],
      ['documents.get', '1', []],
    ] as const;
    for (const [path, id, shown] of pages) {
      const input = { id, organizationId: organization.id };
      const seen = await read<Record<string, unknown>>(path, input, member.headers);
      expect(Object.keys(seen), path).not.toContain('events');
      expect(JSON.stringify(seen), path).not.toContain(toolAgent);
      const full = await read<{ events: TrailEvent[] }>(path, input, auditor.headers);
      expect(
        full.events.map(({ type }) => type),
        path,
      ).toEqual(shown);
    }
  });

  it('shows what is known only from events to callers who may read the trail, and to no others', async () => {
    await begin();
    await organization.emit([
      {
        type: 'user.build',
        targets: [
          { type: 'build', id: '7' },
          { type: 'api', id: '1' },
        ],
        details: {
          buildId: 7,
          apiName: 'Told',
          apiId: 1,
          languages: ['go'],
          sdkVersion: '1.0.0',
          durationMs: 1,
        },
      },
    ]);
    await trail.follow();
    const { build } = await read<{ build: object }>('builds.get', { id: '7' });
    expect(build).toMatchObject({ apiName: 'Told', sdks: [{ language: 'go', version: '1.0.0' }] });
    const { api } = await read<{ api: object }>('apis.get', { id: '1' });
    expect(api).toEqual({ id: '1', name: '1', createdAt: null });
    const member = await enterAs(trail.app, organization.id, 'member');
    const [shown, unknown] = await Promise.all(
      ['7', '8'].map((id) => trail.app.call('query', 'builds.get', { id }, member.headers)),
    );
    expect([shown?.status, unknown?.status]).toEqual([404, 404]);
  });
});
