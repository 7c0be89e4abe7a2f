import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { getBuild } from '../src/portal/builds/get-build.ts';
import { getDocument } from '../src/portal/builds/get-document.ts';
import { readEntries } from '../src/trail/store/read-entries.ts';
import { getEvent } from '../src/trail/query/get-event.ts';
import { apiEvent } from './support/emit.ts';
import { administer } from './support/test-cluster.ts';
import { startTestTrail, type TestTrail } from './support/test-trail.ts';

let trail: TestTrail;
beforeAll(async () => {
  trail = await startTestTrail();
});
afterAll(() => trail[Symbol.asyncDispose]());

it('an event has its leaf hash, its log and the newest checkpoint that covers it', async () => {
  const organization = await trail.organization();
  const results = await organization.emit([{}, {}, {}]);
  const { services } = trail.app;
  const get = (n: number) => getEvent(services, organization.id, results[n]?.id ?? '');

  const { log, ...event } = await get(1);
  expect(event).toMatchObject({ id: results[1]?.id, seq: 1, known: true });
  const [entry] = await readEntries(services.db.pool, organization.id, 1, 2);
  const leaf = createHash('sha256').update(Buffer.of(0)).update(entry!).digest('base64');
  expect(log).toEqual({
    leafHash: leaf,
    fits: true,
    entry: Buffer.from(entry!).toString(),
    disclosures: expect.any(Array) as string[],
    origin: `${services.config.logOrigin}/${organization.id}`,
    checkpoint: null,
  });
  expect(leaf).toBe(results[1]?.leafHash);

  const signer = new pg.Client({ connectionString: trail.database.signerUrl });
  await signer.connect();
  const times = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'];
  await signer.query(
    `insert into log_checkpoints (organization_id, size, signed_at, note)
     values ($1, 1, $2, ''), ($1, 2, $2, ''), ($1, 2, $3, '')`,
    [organization.id, ...times],
  );
  await signer.end();
  expect((await get(0)).log.checkpoint).toEqual({ size: 2, signedAt: times[1] });
  expect((await get(1)).log.checkpoint).toEqual({ size: 2, signedAt: times[1] });
  expect((await get(2)).log.checkpoint).toBeNull();
});

it('a reader can verify an event: disclosures, digests, leaf hash', async () => {
  const organization = await trail.organization();
  const [result] = await organization.emit([{ reason: 'checked outside' }]);
  const { log } = await getEvent(trail.app.services, organization.id, result?.id ?? '');
  const { _sd: digests } = JSON.parse(log.entry) as { _sd: string[] };
  const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');
  expect(log.disclosures.map(sha256).toSorted()).toEqual(digests);
  const text = log.disclosures.map((text) => Buffer.from(text, 'base64url').toString()).join();
  expect(text).toContain('checked outside');
  const leaf = createHash('sha256').update('\0').update(log.entry).digest('base64');
  expect(leaf).toBe(result?.leafHash);
});

it.each([
  ['disclosures', `disclosures = split_part(disclosures, '~', 1) || 'x'`],
  ['outcome', `outcome = 'd'`],
  ['type', `type = 'log.adopt'`],
  ['key', 'key_id = null'],
  ['time', `logged_at = logged_at - interval '1 day'`],
])('an event whose %s was changed in the database does not verify', async (_column, change) => {
  const organization = await trail.organization();
  const [result] = await organization.emit([{}]);
  const get = () => getEvent(trail.app.services, organization.id, result?.id ?? '');
  expect((await get()).log.fits).toBe(true);
  await administer(trail.database.ownerUrl, (owner) =>
    owner.query(`update audit_events set ${change} where organization_id = $1`, [organization.id]),
  );
  expect((await get()).log.fits).toBe(false);
});

it('an event without an address gets its emitter’s, unless it is imported', async () => {
  const organization = await trail.organization();
  const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 60 * 60 * 1000).toISOString();
  const ip = '203.0.113.7';
  const events = [
    apiEvent({ occurredAt: daysAgo(1) }),
    apiEvent({ occurredAt: daysAgo(1), context: { ip } }),
    apiEvent({ occurredAt: daysAgo(400) }),
    apiEvent({ occurredAt: daysAgo(400), context: { ip } }),
  ];
  await fetch(`${trail.app.url}/api/v1/events`, {
    method: 'POST',
    headers: { ...organization.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ events }),
  });
  const { services } = trail.app;
  const stored = await Promise.all(events.map(({ id }) => getEvent(services, organization.id, id)));
  expect(stored.map(({ context }) => context.ip)).toEqual(['127.0.0.1', ip, undefined, ip]);
});

it('an event of another organisation gets the same answer as one that does not exist', async () => {
  const [organization, other] = [await trail.organization(), await trail.organization()];
  const [result] = await organization.emit([{}]);
  const answers = await Promise.all(
    [result?.id, randomUUID()].map(async (id) => {
      const answer = await trail.app.call('query', 'events.get', { id }, other.headers);
      const body = (await answer.json()) as {
        error: { message: string; data: { requestId?: string } };
      };
      delete body.error.data.requestId;
      return { status: answer.status, body };
    }),
  );
  expect(answers[0]?.status).toBe(404);
  expect(answers[0]).toEqual(answers[1]);
});

it('a build has its documents as last decided and its pull requests, a document its approvals', async () => {
  const [organization, other] = [await trail.organization(), await trail.organization()];
  const minute = (ago: number) => new Date(Date.now() - ago * 60_000).toISOString();
  const build = { type: 'build', id: '312', name: 'Build #312' };
  const repository = { type: 'repository', id: 'soda/go' };
  const grace = { type: 'user', id: '7', email: 'grace@exciting.soda' };
  const decide = (type: string, documentId: number, ago: number, more: object = {}) => ({
    type: `user.${type}`,
    occurredAt: minute(ago),
    targets: [{ type: 'document', id: String(documentId), name: `Guide ${documentId}` }, build],
    details: { documentId, buildId: 312, language: 'go' },
    ...more,
  });
  const pullRequest = { sdkName: 'soda', language: 'go', repository: 'soda/go' };
  const built = {
    apiName: 'Soda',
    apiId: 5,
    languages: ['go'],
    sdkVersion: '1.0.0',
    durationMs: 9,
  };
  await organization.emit([
    {
      type: 'user.build',
      occurredAt: minute(9),
      targets: [build, { type: 'api', id: '5' }],
      details: { buildId: 312, ...built },
    },
    decide('approved_doc', 1, 8),
    decide('unapproved_doc', 1, 7, { actor: grace }),
    decide('approved_doc', 2, 6),
    decide('unapproved_doc', 2, 5, { outcome: 'denied', actor: grace }),
    {
      type: 'user.published_pr',
      occurredAt: minute(4),
      targets: [repository, build],
      details: { ...pullRequest, prNumber: 61, prUrl: 'https://github.com/soda/go/pull/61' },
    },
    {
      type: 'user.publish_pr_failure',
      occurredAt: minute(3),
      targets: [repository, build],
      details: { ...pullRequest, reason: 'refused' },
    },
    {
      // A version that this server does not know: no field can be trusted to have its usual meaning.
      type: 'user.published_pr',
      version: 9,
      occurredAt: minute(2),
      targets: [repository, build],
      details: { prUrl: 'javascript:alert(1)', prNumber: 'x', repository: { a: 1 } },
    },
  ]);
  await other.emit([decide('unapproved_doc', 1, 1)]);
  await trail.follow();

  const page = await getBuild(trail.app.services, organization.id, {
    id: '312',
    trail: true,
  });
  expect(page.build).toMatchObject({
    id: '312',
    apiName: 'Soda',
    apiId: 5,
    durationMs: 9,
    outcome: 'success',
    sdks: [{ language: 'go', version: '1.0.0' }],
  });
  expect(page.build.actor?.email).toBe('ada@exciting.soda');
  expect(page.documents.map(({ id, state, changedBy }) => [id, state, changedBy?.email])).toEqual([
    ['2', 'approved', 'ada@exciting.soda'],
    ['1', 'unapproved', 'grace@exciting.soda'],
  ]);
  expect(
    page.pullRequests.map(({ prNumber, prUrl, reason, outcome }) => [
      prNumber,
      prUrl,
      reason,
      outcome,
    ]),
  ).toEqual([
    [null, null, null, 'success'],
    [null, null, 'refused', 'failure'],
    [61, 'https://github.com/soda/go/pull/61', null, 'success'],
  ]);
  expect(page.events).toHaveLength(8);

  const { document, events } = await getDocument(trail.app.services, organization.id, {
    id: '1',
    trail: true,
  });
  expect(document).toMatchObject({
    id: '1',
    name: 'Guide 1',
    language: 'go',
    buildId: '312',
    state: 'unapproved',
    changedBy: grace,
  });
  expect(events?.map(({ type }) => type)).toEqual(['user.unapproved_doc', 'user.approved_doc']);
  for (const call of ['builds.get', 'documents.get']) {
    const answer = await trail.app.call('query', call, { id: '2' }, other.headers);
    expect(answer.status).toBe(404);
  }
});
