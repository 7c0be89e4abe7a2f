import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrailEvent } from '@liblab/audit-core';
import { parse } from 'csv-parse/sync';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { residentBytes, startApiProcess } from './support/api-process.ts';
import { foreignData, formulas, naughtyStrings } from './support/foreign-data.ts';
import { freePort } from './support/free-port.ts';
import { createTestTeam } from './support/test-team.ts';
import { readTrailTypes } from './support/read-trail.ts';
import { administer } from './support/test-cluster.ts';
import { withoutApostrophes } from './support/without-apostrophes.ts';
import { startTestTrail, type TestOrganization, type TestTrail } from './support/test-trail.ts';

let trail: TestTrail;
beforeAll(async () => {
  trail = await startTestTrail();
});
afterAll(() => trail[Symbol.asyncDispose]());

const urlOf = (query = '') => `${trail.app.url}/api/v1/events.csv${query}`;
const download = ({ headers }: TestOrganization, query = '') => fetch(urlOf(query), { headers });

type Row = Record<string, string>;
const rowsOf = (text: string) => parse<Row>(text, { columns: true, bom: true });

describe('the file', () => {
  it('begins with the six columns in order, and has a file name', async () => {
    const organization = await trail.organization('Exciting Soda');
    await organization.emit([
      { outcome: 'failure', reason: 'no, thanks', context: { ip: '10.0.0.1', requestId: 'r-1' } },
    ]);
    const answer = await download(organization);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="audit-trail-exciting-soda-\d{4}-\d\d-\d\d\.csv"; filename\*=UTF-8''audit-trail-exciting-soda-\d{4}-\d\d-\d\d\.csv$/,
    );
    const text = await answer.text();
    expect(text.startsWith('Name,Email,Org,Event,Time (UTC),URL,')).toBe(true);
    expect(text.split('\r\n')).toHaveLength(3);
    const [row] = rowsOf(text);
    expect(row).toMatchObject({
      Name: 'Ada Okafor',
      Email: 'ada@exciting.soda',
      Org: 'Exciting Soda',
      Event: 'User Create API',
      URL: `${trail.app.url}/apis/520`,
      Result: 'failure',
      Reason: 'no, thanks',
      Sentence: 'Tried to create API Llama Store',
      IP: '10.0.0.1',
      'Request id': 'r-1',
      'Reported by': 'Importer',
      Position: '0',
    });
    expect(new Date(row?.['Time (UTC)'] ?? '').toISOString()).toBe(row?.['Time (UTC)']);
  });

  it("is named by the organisation's present name", async () => {
    const organization = await trail.organization('First Name');
    const fileName = async (name: string) => {
      await trail.app.services.db.pool.query('update organizations set name = $2 where id = $1', [
        organization.id,
        name,
      ]);
      const { headers } = await download(organization);
      return headers.get('content-disposition')?.replaceAll(/\d{4}-\d\d-\d\d/g, 'DAY');
    };
    expect(await fileName('Zoë & Söhne "GmbH"')).toBe(
      `attachment; filename="audit-trail-zoe-sohne-gmbh-DAY.csv"; filename*=UTF-8''audit-trail-zo%C3%AB-s%C3%B6hne-gmbh-DAY.csv`,
    );
    expect(await fileName('株式会社')).toBe(
      `attachment; filename="audit-trail-DAY.csv"; filename*=UTF-8''audit-trail-${encodeURIComponent('株式会社')}-DAY.csv`,
    );
    expect(await fileName('../../\r\n')).toBe(
      `attachment; filename="audit-trail-DAY.csv"; filename*=UTF-8''audit-trail-DAY.csv`,
    );
  });

  it('links to an event’s target, or to the event', async () => {
    const organization = await trail.organization();
    const [, unknown] = await organization.emit([
      {
        type: 'user.approved_doc',
        targets: [
          { type: 'document', id: '2842' },
          { type: 'build', id: '312' },
        ],
        details: { documentId: 2842, buildId: 312, language: 'go' },
      },
      { type: 'acme.thing', details: {}, targets: [] },
    ]);
    const rows = rowsOf(await (await download(organization)).text());
    expect(new Set(rows.map((row) => row['URL']))).toEqual(
      new Set([`${trail.app.url}/audit-trails/${unknown?.id}`, `${trail.app.url}/documents/2842`]),
    );
  });

  it('is recorded as an event with its filter, which only later files contain', async () => {
    const organization = await trail.organization();
    await organization.emit([{}]);
    const first = rowsOf(await (await download(organization, '?actor=ada&outcome=success')).text());
    expect(first.map((row) => row['Event type'])).toEqual(['user.create_api']);
    expect((await download(organization, '?misspelt=1')).status).toBe(400);
    await expect
      .poll(() => readTrailTypes(trail.app.services, organization.id))
      .toEqual(['user.create_api', 'trail.export']);
    const [second] = rowsOf(await (await download(organization, '?types=trail.export')).text());
    expect(second).toMatchObject({
      Event: 'User Exported Trail',
      Sentence: 'Exported the trail as CSV',
      'Target type': 'log',
      'Target id': organization.id,
      'Target name': 'Exciting Soda',
      'Details (JSON)': JSON.stringify({ format: 'CSV', query: 'actor:ada outcome:success' }),
    });
  });

  it('is recorded as version 2, and version 1 is still read', async () => {
    const organization = await trail.organization('Exciting Soda');
    const { services } = trail.app;
    const id = randomUUID();
    const first = {
      id,
      type: 'trail.export',
      occurredAt: new Date().toISOString(),
      actor: { type: 'user', id: '1', name: 'Ada Okafor' },
      context: {},
      targets: [{ type: 'log', id: organization.id, name: 'Exciting Soda' }],
      details: { format: 'CSV', filter: 'types=user.build' },
    };
    await services.db.pool.query(
      'insert into outbox (event_id, organization_id, event) values ($1, $2, $3)',
      [id, organization.id, first],
    );
    services.relay.wake();
    await expect.poll(() => readTrailTypes(services, organization.id)).toEqual(['trail.export']);
    const [row] = rowsOf(await (await download(organization)).text());
    expect(row).toMatchObject({
      'Event id': id,
      Event: 'User Exported Trail',
      Sentence: 'Exported the trail as CSV',
      'Details (JSON)': JSON.stringify(first.details),
    });
    await expect
      .poll(() => readTrailTypes(services, organization.id))
      .toEqual(['trail.export', 'trail.export']);
    const list = await fetch(
      `${trail.app.url}/trpc/events.list?input=${encodeURIComponent(JSON.stringify({ organizationId: organization.id }))}`,
      { headers: organization.headers },
    );
    const { result } = (await list.json()) as { result: { data: { events: TrailEvent[] } } };
    expect(result.data.events.map(({ version, details }) => [version, details])).toEqual([
      [2, { format: 'CSV' }],
      [1, first.details],
    ]);
  });

  it('is recorded with its whole filter, however it was written', async () => {
    const organization = await trail.organization();
    await (await download(organization, `?types=${',,,'.repeat(900)}user.build`)).text();
    const types = () => readTrailTypes(trail.app.services, organization.id);
    await expect.poll(types).toEqual(['trail.export']);
    const [row] = rowsOf(await (await download(organization)).text());
    expect(row?.['Details (JSON)']).toBe('{"format":"CSV","query":"type:user.build"}');
    // Each backslash is doubled when it is written down.
    const answer = await download(organization, `?q=actor:"${'%5Ca'.repeat(3_000)}"`);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('the limit is 8000');
  });

  it('is neither sent nor recorded for HEAD, nor for a navigation from another site', async () => {
    const { id, people } = await createTestTeam(trail.app, 'led', { ann: 'auditor' });
    const headers = await people.ann.headers();
    const head = await fetch(urlOf(), { method: 'HEAD', headers });
    expect(head.headers.get('content-disposition')).toContain('attachment');
    const led = await fetch(urlOf(), { headers: { ...headers, 'sec-fetch-site': 'cross-site' } });
    expect(led.status).toBe(403);
    const typed = await fetch(urlOf(), { headers: { ...headers, 'sec-fetch-site': 'none' } });
    expect(typed.status).toBe(200);
    await typed.text();
    const types = () => readTrailTypes(trail.app.services, id);
    await expect.poll(types).toEqual(['session.sign_in', 'trail.export']);
  });

  it('continues past a damaged row', async () => {
    const organization = await trail.organization();
    const [first] = await organization.emit([{}, {}]);
    const part = ['salt', 'actor', { actor: { type: 'user', id: null, name: 5 }, targets: [] }];
    await administer(trail.database.ownerUrl, (client) =>
      client.query('update audit_events set disclosures = $2 where id = $1', [
        first?.id,
        Buffer.from(JSON.stringify(part)).toString('base64url'),
      ]),
    );
    const rows = rowsOf(await (await download(organization)).text());
    expect(new Set(rows.map((row) => row['Name']))).toEqual(new Set(['5', 'Ada Okafor']));
  });

  it('has only a header when nothing is found, and a byte order mark for Excel on request', async () => {
    const organization = await trail.organization();
    const bytes = Buffer.from(
      await (await download(organization, '?bom=1&actor=nobody')).arrayBuffer(),
    );
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(rowsOf(bytes.toString())).toEqual([]);
    expect(bytes.toString()).toMatch(/\r\n$/);
  });

  it('contains what the filter finds, in the page’s order, and nothing of another organisation', async () => {
    const [organization, other] = [await trail.organization(), await trail.organization()];
    const event = (n: number) => ({
      actor: { type: 'user', id: String(n), email: `user${n % 3}@x.io` },
      outcome: n % 2 === 0 ? 'failure' : 'success',
      type: n % 5 === 0 ? 'acme.other' : 'user.create_api',
      occurredAt: new Date(Date.now() - (n % 7) * 60_000).toISOString(),
    });
    await organization.emit(Array.from({ length: 900 }, (_, n) => event(n)));
    await other.emit([event(1)]);
    const query = '?actor=USER1&types=user.create_api,acme.none&outcome=failure,denied';
    const rows = rowsOf(await (await download(organization, query)).text());
    const expected = Array.from({ length: 900 }, (_, n) => n)
      .filter((n) => n % 3 === 1 && n % 2 === 0 && n % 5 !== 0)
      .toSorted((a, b) => (a % 7) - (b % 7) || b - a);
    expect(rows.map((row) => Number(row['Actor id']))).toEqual(expected);
  });

  it('is rejected before it starts', async () => {
    const organization = await trail.organization();
    const refusals: Record<string, number> = {
      '?type=user.build': 400,
      '?outcome=great': 400,
      '?from=yesterday': 400,
      '?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z': 400,
      '?actor=%00': 400,
      '?actor=a&actor=b': 400,
    };
    for (const [query, status] of Object.entries(refusals)) {
      const answer = await download(organization, query);
      expect(answer.status, query).toBe(status);
      expect(answer.headers.get('content-disposition')).toBeNull();
      expect(await answer.json()).toMatchObject({ error: { code: expect.any(String) as string } });
    }
    expect((await fetch(urlOf())).status).toBe(401);
    const other = await trail.organization();
    expect((await download(organization, `?organizationId=${other.id}`)).status).toBe(404);
  });
});

describe.skipIf(!foreignData)('AUDIT_FOREIGN_DATA: hostile cells', () => {
  it('are neutralised, and read back equal', async () => {
    const hostile = (path: string) => join(foreignData, 'hostile', path);
    const csvFiles = ['csv/csv-spectrum/csvs', 'csv/csv-test-data/csv'].flatMap((path) =>
      readdirSync(hostile(path)).map((name) => readFileSync(join(hostile(path), name), 'utf8')),
    );
    const own = [
      '=1',
      "'=1",
      "''=1",
      "'",
      "'a",
      '\t=1',
      '\r=1',
      '\n=1',
      '＝1',
      'a;=1',
      '-1',
      '+49 30 1',
      '@here',
      'a\r\nb',
      '"',
      'ümläut, "x"',
    ];
    const texts = [...csvFiles, ...formulas, ...naughtyStrings, ...own].filter(
      (text) => text !== '' && text.length <= 512,
    );
    expect(texts.length).toBeGreaterThan(550);
    const organization = await trail.organization();
    await organization.emit(
      texts.map((text) => ({
        actor: { type: 'user', id: text, name: text },
        targets: [{ type: 'api', id: text, name: text }],
        context: { userAgent: text },
        reason: text,
      })),
    );
    const rows = rowsOf(await (await download(organization)).text()).toReversed();
    expect(rows).toHaveLength(texts.length);
    for (const [index, text] of texts.entries()) {
      for (const column of [
        'Name',
        'Actor id',
        'Target id',
        'Target name',
        'User agent',
        'Reason',
      ]) {
        const cell = rows[index]?.[column] ?? '';
        expect(cell).not.toMatch(/(^|[;\t\r\n])\s*[=+\-@＝＋－＠]/);
        expect(withoutApostrophes(cell)).toBe(text);
      }
    }
  });
});

describe('200,000 events', () => {
  let organization: TestOrganization;
  beforeAll(async () => {
    organization = await trail.organization('Large');
    const disclosure = Buffer.from(
      JSON.stringify([
        'salt',
        'private',
        { actor: { type: 'user', id: '1', name: 'x'.repeat(300) } },
      ]),
    ).toString('base64url');
    const owner = new pg.Client({ connectionString: trail.database.ownerUrl });
    await owner.connect();
    await owner.query(
      `insert into audit_events (organization_id, seq, id, content_mac, at, logged_at, late, type, outcome, disclosures)
       select $1, n, gen_random_uuid(), '\\x00', timestamptz '2026-01-01Z' + n * interval '1 second', now(), false,
         'acme.bulk', 's', $2 from generate_series(0, 199999) n`,
      [organization.id, disclosure],
    );
    await owner.end();
  });

  it('are streamed in constant memory, each once', async () => {
    // In a separate process, whose memory does not include this reader.
    const folder = mkdtempSync(join(tmpdir(), 'audit-export-'));
    const api = await startApiProcess({
      databaseUrl: trail.database.apiUrl,
      dataDir: folder,
      port: await freePort(),
    });
    try {
      const before = await residentBytes(api.url);
      let most = before;
      let next = 199_999;
      const { headers } = organization;
      const answer = await fetch(`${api.url}/api/v1/events.csv`, { headers });
      const decoder = new TextDecoder();
      let rest = '';
      for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split('\r\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (line.startsWith('Name,')) continue;
          if (!line.includes(`,${next},`)) throw new Error(`Expected position ${next} in ${line}`);
          next -= 1;
          if (next % 10_000 === 0) most = Math.max(most, await residentBytes(api.url));
        }
      }
      expect(rest).toBe('');
      expect(next).toBe(-1);
      const grown = Math.round((most - before) / 2 ** 20);
      console.log(`an export of 200,000 rows grew its process by ${grown} MiB`);
      expect(grown).toBeLessThan(95);
    } finally {
      await api.stop();
      rmSync(folder, { recursive: true });
    }
  });

  it('wait for a slow client, and stop when the client disconnects', async () => {
    const busy = () =>
      trail.app.services.db.readers.totalCount - trail.app.services.db.readers.idleCount;
    const written = vi.spyOn(trail.app.services.db.readers, 'connect');
    const request = get(urlOf(), { headers: organization.headers });
    const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
    response.pause();
    await vi.waitFor(() => expect(written).toHaveBeenCalled());
    expect(busy()).toBe(1);
    request.destroy();
    await vi.waitFor(() => expect(busy()).toBe(0));
    written.mockRestore();
  });

  it('with an unreadable row end in an aborted connection, not in a shorter file', async () => {
    const owner = new pg.Client({ connectionString: trail.database.ownerUrl });
    await owner.connect();
    try {
      const answer = await download(organization);
      const body = answer.body?.getReader();
      await body?.read();
      await owner.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = 'audit-readers' and xact_start is not null`,
      );
      await expect(async () => {
        while (!(await body?.read())?.done);
      }).rejects.toThrow();
    } finally {
      await owner.end();
    }
    expect(trail.app.logged.some((line) => line.includes('an export was aborted'))).toBe(true);
  });

  it('are exported to at most two clients at a time, who do not block other organisations', async () => {
    const slow = [await download(organization), await download(organization)];
    const third = await download(organization);
    expect(third.status).toBe(429);
    expect(third.headers.get('retry-after')).toBe('10');
    const other = await trail.organization('Other');
    expect((await download(other)).status).toBe(200);
    for (const answer of slow) await answer.body?.cancel();
    await vi.waitFor(async () => {
      const again = await download(organization);
      await again.body?.cancel();
      expect(again.status).toBe(200);
    });
  });

  it('stop for a client whose key is revoked meanwhile', async () => {
    // Exports of disconnected readers end when the server notices, and count until then.
    const answer = await vi.waitFor(async () => {
      const started = await download(organization);
      if (started.status !== 200) throw new Error(await started.text());
      return started;
    });
    await trail.app.services.db.pool.query(
      'update key_organizations set revoked_at = now() where key_id = $1',
      [organization.keyId],
    );
    trail.app.services.keys.forget(organization.keyId);
    trail.app.advance(10_001);
    await expect(answer.text()).rejects.toThrow();
  });
});
