/** Hostile input in every parameter of every read endpoint is treated as text. */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldCase, type TrailEvent } from '@liblab/audit-core';
import { digestTables } from './support/digest-tables.ts';
import {
  foreignData,
  formulas,
  lookAlikes,
  naughtyStrings,
  oddAddresses,
  sqlInjections,
} from './support/foreign-data.ts';
import { readTrailTypes } from './support/read-trail.ts';
import { startTestTrail, type TestOrganization, type TestTrail } from './support/test-trail.ts';

let trail: TestTrail;
let organization: TestOrganization;
/** The organisation whose trail is exported, which records the exports. */
let exported: TestOrganization;
beforeAll(async () => {
  trail = await startTestTrail();
  organization = await trail.organization();
  exported = await trail.organization();
  // An actor, a type and targets that no other text is a part of.
  const actor = { type: 'user', id: '☃' };
  const event = { type: 'acme.snow', actor, targets: [{ type: 'flake', id: '❄' }] };
  await organization.emit([event, event, event]);
  await trail.follow();
});
afterAll(() => trail[Symbol.asyncDispose]());

type Call = [path: string, input: unknown];
interface Answer {
  status: number;
  data?: { events?: TrailEvent[]; count?: number };
}

/** Sends all calls in one request, or in several if Node's header limit requires it. */
async function ask(calls: readonly Call[], headers = organization.headers): Promise<Answer[]> {
  const paths = calls.map(([path]) => path).join();
  const inputs = JSON.stringify(Object.fromEntries(calls.map(([, input], n) => [n, input])));
  const url = `${trail.app.url}/trpc/${paths}?batch=1&input=${encodeURIComponent(inputs)}`;
  if (url.length > 12_000) {
    const half = Math.ceil(calls.length / 2);
    return [
      ...(await ask(calls.slice(0, half), headers)),
      ...(await ask(calls.slice(half), headers)),
    ];
  }
  const answers = (await (await fetch(url, { headers })).json()) as {
    result?: { data: NonNullable<Answer['data']> };
    error?: { data: { httpStatus: number } };
  }[];
  return answers.map(({ result, error }) =>
    result ? { status: 200, data: result.data } : { status: error?.data.httpStatus ?? 0 },
  );
}

const get = (path: string, { headers } = organization) => fetch(trail.app.url + path, { headers });
const getExport = (query: URLSearchParams) =>
  get(`/api/v1/events.csv?${query.toString()}`, exported);

/** No event has this name: each filter finds nothing or is rejected. */
function filterEverywhere(text: string): Promise<void> {
  return findNothing(text, [
    ['events.list', { actor: text }],
    ['events.list', { types: [text] }],
    ['events.list', { q: text }],
    ['events.list', { q: `actor:"${text}"` }],
    ['events.list', { target: { type: 'flake', id: text }, outcome: 'success' }],
  ]);
}

/** Endpoints that read with the same filters, or look the text up as a target's id. */
async function readEverywhere(text: string): Promise<void> {
  const all = { actor: text, types: [text], target: { type: text, id: text } };
  await findNothing(text, [
    ['events.list', all],
    ['events.count', all],
    ['builds.get', { id: text }],
    ['documents.get', { id: text }],
  ]);
  const query = new URLSearchParams({ actor: text, types: text });
  const csv = await getExport(query);
  expect([200, 400], text).toContain(csv.status);
  if (csv.ok) expect((await csv.text()).split('\r\n'), text).toHaveLength(2);
}

async function findNothing(text: string, calls: readonly Call[]): Promise<void> {
  for (const { status, data } of await ask(calls)) {
    expect([200, 400, 404], text).toContain(status);
    expect(data?.events ?? [], text).toEqual([]);
    expect(data?.count ?? 0, text).toBe(0);
  }
}

/** Parameters that do not accept every text reject this one. */
async function refuseEverywhere(text: string): Promise<void> {
  const answers = await ask([
    ['events.list', { cursor: text }],
    ['events.list', { outcome: text }],
    ['events.list', { outcome: [text] }],
    ['events.list', { direction: text }],
    ['events.list', { limit: text }],
    ['events.list', { late: text }],
    ['events.list', { [text]: text }],
    ['events.count', { [text]: 1 }],
    ['events.list', { from: text }],
    ['events.count', { to: text }],
    ['events.count', { organizationId: text }],
    ['events.get', { id: text }],
    ['events.get', text],
    [`events.${text.replaceAll(/[,/?#%]/g, '') || 'none'}`, {}],
  ]);
  for (const [index, { status }] of answers.entries()) {
    expect([400, 404], `${index}: ${text}`).toContain(status);
  }
  for (const name of ['outcome', 'from', 'to', 'organizationId', text]) {
    const query = new URLSearchParams([[name, text || '-']]);
    expect((await getExport(query)).status, `${name}=${text}`).toBe(400);
  }
}

/** Everything in the database, except the records of the requested exports. */
async function digest(): Promise<unknown> {
  const tables = Object.entries(await digestTables(trail.database.ownerUrl));
  const toldIn = /^public\.(outbox|audit_events|actors|event_targets|projections|log_.*)$/;
  return {
    tables: tables.filter(([table]) => !toldIn.test(table)),
    types: await readTrailTypes(trail.app.services, organization.id),
    exports: (await readTrailTypes(trail.app.services, exported.id)).filter(
      (type) => type !== 'trail.export',
    ),
  };
}

/** Two at a time: the limit of concurrent exports per organisation. */
async function each<Item>(items: readonly Item[], act: (item: Item) => Promise<void>) {
  for (let start = 0; start < items.length; start += 2) {
    await Promise.all(items.slice(start, start + 2).map(act));
  }
}

const ownTexts = ['a\0b', '\ud800', '\udc00x', '%', '_', '\\', "'", '"', '$1', '?', ':a', '{}'];

describe('an unknown id', () => {
  it('is rejected or not found', async () => {
    const before = await digest();
    await each(ownTexts, filterEverywhere);
    await each(ownTexts, readEverywhere);
    await each(ownTexts, refuseEverywhere);
    expect(await digest()).toEqual(before);
  });

  it('objects instead of text are rejected', async () => {
    for (const value of [{ $gt: '' }, { $ne: null }, ['a', 'b'], 1, true, null, { 'a()': 1 }]) {
      const names = ['actor', 'cursor', 'from', 'to', 'organizationId', 'target'];
      const answers = await ask(names.map((name) => ['events.list', { [name]: value }]));
      expect(answers.map(({ status }) => status)).toEqual(names.map(() => 400));
    }
  });

  it('in a path is not a route of the log, not a file, and not a failure', async () => {
    const texts = ownTexts.filter((text) => text.isWellFormed()).map(encodeURIComponent);
    for (const part of [
      ...texts,
      '%',
      '%ff',
      '..',
      '%2e%2e',
      '..%2f..%2fpackage.json',
      '..%5c..',
    ]) {
      const log = `/log/${organization.id}`;
      for (const path of [
        `${log}/tile/${part}`,
        `${log}/tile/0/${part}`,
        `${log}/receipts/${part}.tlog-proof`,
        `${log}/${part}`,
        `/log/${part}/checkpoint`,
        `/assets/${part}`,
      ]) {
        expect([400, 403, 404], path).toContain(await statusOf(path));
      }
      expect(await statusOf(`/${part}`), part).toBeLessThan(500);
    }
  });
});

/** Requests the path unchanged: `fetch` would resolve its dots. */
async function statusOf(path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(trail.app.url);
  const request = httpGet({ hostname, port, path, headers: organization.headers });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode;
}

describe.skipIf(!foreignData)('AUDIT_FOREIGN_DATA: a filter is only text', () => {
  const isSomething = (text: string) => text.trim() !== '';
  const lists = {
    'naughty strings': naughtyStrings,
    'SQL injections': sqlInjections,
    'formulas of spreadsheets': formulas,
    'odd addresses': oddAddresses,
  };

  it.each(Object.entries(lists))('%s find nothing and change nothing', async (_name, texts) => {
    expect(texts.length).toBeGreaterThan(4);
    const before = await digest();
    const unique = [...new Set(texts)].filter(isSomething);
    await each(unique, filterEverywhere);
    const some = unique.filter((_, index) => index % 10 === 0);
    await each(some, readEverywhere);
    await each(some, refuseEverywhere);
    expect(await digest()).toEqual(before);
  });

  it('naughty strings in URLs get an answer', async () => {
    await each(naughtyStrings, async (text) => {
      const part = encodeURIComponent(text);
      for (const path of [`tile/${part}`, `receipts/${part}`, `receipts/${part}.tlog-proof`]) {
        expect([400, 404], path).toContain((await get(`/log/${organization.id}/${path}`)).status);
      }
      expect([400, 404, 200], part).toContain((await get(`/log/${part}/checkpoint`)).status);
      expect((await get(`/audit-trails/${part}`)).status, part).toBeLessThan(500);
    });
  });

  it('stored naughty strings are found by their own text', async () => {
    const mine = await trail.organization();
    const texts = naughtyStrings.filter(isSomething);
    await mine.emit(
      texts.map((text) => ({
        id: randomUUID(),
        type: 'acme.naughty',
        actor: { type: 'user', id: text },
        targets: [{ type: 'build', id: text }],
      })),
    );
    await trail.follow();
    await each(texts, async (text) => {
      const [byActor, byTarget] = await ask(
        [
          ['events.list', { actor: text, limit: 200 }],
          ['events.list', { target: { type: 'build', id: text }, limit: 200 }],
        ],
        mine.headers,
      );
      const ids = byActor?.data?.events?.map(({ actor }) => actor.id) ?? [];
      // A part of many addresses finds more than one page.
      if (ids.length < 200) expect(ids, text).toContain(text);
      expect(new Set(byTarget?.data?.events?.map(({ actor }) => actor.id)), text).toEqual(
        new Set([text]),
      );
    });
  });

  it('similar-looking addresses stay two actors, and one never finds the other', async () => {
    const mine = await trail.organization();
    const pairs = lookAlikes
      // The same address in two cases is one address.
      .filter(([a, b]) => a.toUpperCase() !== b && b.toUpperCase() !== a)
      .map((pair) => pair.map((text) => `${text}@look.alike`) as [string, string]);
    expect(pairs.length).toBeGreaterThan(6_000);
    const addresses = [...new Set(pairs.flat())];
    for (let start = 0; start < addresses.length; start += 1_000) {
      const events = addresses.slice(start, start + 1_000).map((email) => ({
        actor: { type: 'user', id: '1', email },
      }));
      await mine.emit(events);
    }
    const { rows } = await trail.app.services.db.pool.query<{ address: string }>(
      'select address from actors where organization_id = $1',
      [mine.id],
    );
    const actors = new Set(rows.map(({ address }) => address));
    for (const pair of pairs) {
      const [a = '', b = ''] = pair.map(foldCase);
      expect(a).not.toBe(b);
      expect([actors.has(a), actors.has(b)], a).toEqual([true, true]);
    }
    const tried = pairs.filter(
      ([a, b], index) =>
        (index % 40 === 0 || a.startsWith('\u212A')) && a.trim() === a && b.trim() === b,
    );
    await each(tried, async ([a, b]) => {
      const answers = await ask(
        [
          ['events.list', { actor: a, limit: 200 }],
          ['events.list', { actor: b, limit: 200 }],
        ],
        mine.headers,
      );
      const [byA, byB] = answers.map(({ data }) => data?.events?.map(({ actor }) => actor.email));
      expect(byA).toContain(a);
      expect(byA).not.toContain(b);
      expect(byB).toContain(b);
      expect(byB).not.toContain(a);
    });
  });
});
