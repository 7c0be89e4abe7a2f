import fc from 'fast-check';
import { parseQuery } from '@liblab/audit-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countEvents } from '../src/trail/query/count-events.ts';
import { compileQuery } from '../src/trail/query/compile-query.ts';
import { listEvents, type ListInput, type Page } from '../src/trail/query/list-events.ts';
import { readRun } from '../src/trail/query/read-rows.ts';
import { scansOf } from '../src/trail/query/scan.ts';
import { startTestTrail, type TestOrganization, type TestTrail } from './support/test-trail.ts';

let trail: TestTrail;
beforeAll(async () => {
  trail = await startTestTrail();
});
afterAll(() => trail[Symbol.asyncDispose]());

const list = (organization: TestOrganization, input: ListInput = {}): Promise<Page> =>
  listEvents(trail.app.services, organization.id, input);
const emails = async (organization: TestOrganization, input: ListInput) =>
  (await list(organization, input)).events.map(({ actor }) => actor.email);
const by = (email: string, more: object = {}) => ({
  actor: { type: 'user', id: email.slice(0, 100), email },
  ...more,
});

/** Every event from a cursor onwards, page by page, with each page's links. */
async function walk(organization: TestOrganization, input: ListInput): Promise<number[]> {
  const seqs: number[] = [];
  let cursor = input.cursor;
  for (let pages = 0; pages < 500; pages += 1) {
    const page = await list(organization, { ...input, ...(cursor ? { cursor } : {}) });
    const found = page.events.map(({ seq }) => seq);
    seqs.push(...(input.direction === 'newer' ? found.toReversed() : found));
    cursor = input.direction === 'newer' ? page.previous : page.next;
    if (cursor === undefined) return seqs;
  }
  throw new Error('The pages never end.');
}

describe('pages', () => {
  it('neither skip nor repeat events, in both directions, with ties and while events arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 30 }),
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 10 }),
        fc.integer({ min: 1, max: 7 }),
        async (minutes, arriving, limit) => {
          const organization = await trail.organization();
          const start = Date.now() - 10 * 60_000;
          const event = (minute: number) => ({
            occurredAt: new Date(start + minute * 60_000).toISOString(),
          });
          await organization.emit(minutes.map(event));
          const before = await list(organization, { limit: 200 });
          const order = before.events.map(({ seq }) => seq);

          const first = await list(organization, { limit });
          if (arriving.length > 0) await organization.emit(arriving.map(event));
          const rest = first.next ? await walk(organization, { limit, cursor: first.next }) : [];
          const old = [...first.events.map(({ seq }) => seq), ...rest].filter(
            (seq) => seq < minutes.length,
          );
          expect(old).toEqual(order);

          const after = (await list(organization, { limit: 200 })).events.map(({ seq }) => seq);
          expect(await walk(organization, { limit })).toEqual(after);
          expect(await walk(organization, { limit, direction: 'newer' })).toEqual(
            after.toReversed(),
          );
        },
      ),
      { numRuns: 12 },
    );
  });

  it('are newest first by the earlier of occurred and logged, ties by position', async () => {
    const organization = await trail.organization();
    const minute = (ago: number) => new Date(Date.now() - ago * 60_000).toISOString();
    const tie = minute(5);
    await organization.emit([
      { occurredAt: minute(-60) },
      { occurredAt: tie },
      { occurredAt: minute(9) },
      { occurredAt: tie },
    ]);
    const { events, next } = await list(organization);
    expect(events.map(({ seq }) => seq)).toEqual([0, 3, 1, 2]);
    expect(events[0]?.at).toBe(events[0]?.loggedAt);
    expect(next).toBeUndefined();
  });

  it('find new events: `previous` of the newest page returns exactly what was added since', async () => {
    const organization = await trail.organization();
    await organization.emit([{}, {}]);
    const { previous } = await list(organization);
    const newer = { cursor: previous, direction: 'newer' as const };
    expect(await list(organization, newer)).toMatchObject({
      events: [],
      next: expect.any(String) as string,
    });
    await organization.emit([{}, {}]);
    expect((await list(organization, newer)).events.map(({ seq }) => seq)).toEqual([3, 2]);
    expect(await list(await trail.organization())).toEqual({ events: [] });
  });

  it('go back: `previous` of the second page is the first, and of an empty page the last', async () => {
    const organization = await trail.organization();
    await organization.emit(Array.from({ length: 5 }, () => ({})));
    const first = await list(organization, { limit: 2 });
    const second = await list(organization, { limit: 2, cursor: first.next });
    const back = await list(organization, {
      limit: 2,
      cursor: second.previous,
      direction: 'newer',
    });
    expect(back.events).toEqual(first.events);
    expect(back.previous).toBeUndefined();
    expect((await list(organization, { limit: 2, cursor: back.next })).events).toEqual(
      second.events,
    );

    const nothing = await list(organization, { cursor: first.next, actor: 'nobody' });
    expect(nothing).toEqual({ events: [], previous: expect.any(String) as string });
    const all = await list(organization, { cursor: nothing.previous, direction: 'newer' });
    expect(all.events.map(({ seq }) => seq)).toContain(first.events[1]?.seq);
  });

  it('reject an invalid cursor, and accept one of another organisation or filter as a position', async () => {
    const [one, other] = [await trail.organization(), await trail.organization()];
    await one.emit([{}, {}, {}]);
    await other.emit([{}, {}]);
    const { next } = await list(one, { limit: 1 });
    const foreign = await list(other, { cursor: next, types: ['user.create_api'] });
    expect(foreign.events.every(({ organizationId }) => organizationId === other.id)).toBe(true);
    const forged = (text: string) => Buffer.from(text).toString('base64url');
    for (const cursor of [
      '',
      'x',
      '🍋',
      `${next}=`,
      `${next}A`,
      forged('1:1:1'),
      forged('1e3:1'),
      forged('NaN:0'),
      forged('999999999999999:0'),
      forged('-999999999999999:0'),
      forged('0:9999999999999999'),
      forged('01:0'),
      forged("1:1'--"),
    ]) {
      await expect(list(one, { cursor }), cursor).rejects.toMatchObject({ code: 'invalid_cursor' });
    }
  });

  it('that end at an event under both of its roles do not lose it', async () => {
    const organization = await trail.organization();
    const actor = { type: 'user', id: '1', email: 'both@x.io' };
    const done = { actor: { ...actor, onBehalfOf: actor } };
    await organization.emit(Array.from({ length: 9 }, () => done));
    const query = await compileQuery(
      trail.app.services,
      organization.id,
      parseQuery('actor:both@'),
    );
    const [scan] = scansOf(query.criteria);
    for (const direction of ['older', 'newer'] as const) {
      for (const bringMax of [3, 4, 5]) {
        const seqs: number[] = [];
        let start;
        do {
          const run = await readRun(trail.app.services.db.readers, query, scan!, {
            direction,
            start,
            bringMax,
            limit: 100,
          });
          seqs.push(...run.rows.map(({ seq }) => seq));
          start = run.end;
        } while (start);
        const order = [0, 1, 2, 3, 4, 5, 6, 7, 8];
        expect(seqs).toEqual(direction === 'older' ? order.toReversed() : order);
      }
    }
  });
});

describe('filters', () => {
  it('find an actor by any part of the address in any case, as actor or as the person acted for', async () => {
    const organization = await trail.organization();
    await organization.emit([
      by('Ada.Okafor@Exciting.Soda'),
      by('ÅSA@exciting.soda'),
      {
        actor: {
          type: 'token',
          id: 'CI-77',
          onBehalfOf: { type: 'user', id: '1', email: 'Ada@x.io' },
        },
      },
      by('bob@other.io'),
    ]);
    expect(await emails(organization, { actor: 'ada.okafor@exciting.soda' })).toHaveLength(1);
    expect(await emails(organization, { actor: ' OKAFOR ' })).toEqual(['Ada.Okafor@Exciting.Soda']);
    expect(await emails(organization, { actor: 'åsa' })).toEqual(['ÅSA@exciting.soda']);
    expect((await list(organization, { actor: 'ADA' })).events).toHaveLength(2);
    expect((await list(organization, { actor: 'ci-77' })).events).toHaveLength(1);
    expect((await list(organization, { actor: '' })).events).toHaveLength(4);
    expect(await list(organization, { actor: 'nobody' })).toEqual({ events: [] });
  });

  it('find events that arrived late', async () => {
    const organization = await trail.organization();
    const at = (ms: number) => ({ occurredAt: new Date(Date.now() - ms).toISOString() });
    await organization.emit([at(0), at(20 * 60_000), at(10 * 60_000)]);
    const late = await list(organization, { late: true });
    expect(late.events.map(({ seq, late }) => [seq, late])).toEqual([[1, true]]);
    expect((await list(organization, { late: false })).events).toHaveLength(2);
    const counted = await trail.app.call(
      'query',
      'events.count',
      { late: true },
      organization.headers,
    );
    expect(await counted.json()).toMatchObject({ result: { data: { count: 1 } } });
  });

  it('are rejected when misspelt, instead of returning everything', async () => {
    const { headers } = await trail.organization();
    for (const path of ['events.list', 'events.count']) {
      const answer = await trail.app.call('query', path, { tpyes: ['user.build'] }, headers);
      expect(answer.status, path).toBe(400);
    }
  });

  it('match wildcards and quotes literally', async () => {
    const organization = await trail.organization();
    await organization.emit([
      by('100%@x.io'),
      by('a_b@x.io'),
      by('axb@x.io'),
      by(String.raw`back\slash@x.io`),
    ]);
    expect(await emails(organization, { actor: '%' })).toEqual(['100%@x.io']);
    expect(await emails(organization, { actor: 'a_b' })).toEqual(['a_b@x.io']);
    expect(await emails(organization, { actor: '\\' })).toEqual([String.raw`back\slash@x.io`]);
  });

  it('combine with AND', async () => {
    const organization = await trail.organization();
    const minute = (ago: number) => new Date(Date.now() - ago * 60_000).toISOString();
    await organization.emit(
      Array.from({ length: 240 }, (_, n) => ({
        ...by(`user${n % 5}@x.io`),
        type: n % 3 === 0 ? 'user.create_api' : `acme.type${n % 3}`,
        outcome: n % 4 === 0 ? 'failure' : n % 4 === 1 ? 'denied' : 'success',
        occurredAt: minute(n % 10),
      })),
    );
    const everything = (await list(organization, { limit: 200 })).events;
    everything.push(
      ...(
        await list(organization, {
          limit: 200,
          cursor: (await list(organization, { limit: 200 })).next,
        })
      ).events,
    );
    const {
      events: [newest],
    } = await list(organization);
    const filters = fc.record(
      {
        actor: fc.constantFrom('user1@', 'user', '@x.io', 'nobody'),
        types: fc.subarray(['user.create_api', 'acme.type1', 'acme.type2', 'acme.none'], {
          minLength: 1,
        }),
        outcome: fc.subarray(['success', 'failure', 'denied'] as const, { minLength: 1 }),
        from: fc.constantFrom(minute(7.5), newest?.at ?? ''),
        to: fc.constantFrom(minute(2.5), newest?.at ?? ''),
        limit: fc.constantFrom(1, 50, 200),
      },
      { requiredKeys: ['limit'] },
    );
    await fc.assert(
      fc.asyncProperty(filters, async (input) => {
        fc.pre(!(input.from && input.to) || input.from <= input.to);
        const expected = everything.filter(
          ({ actor, type, outcome, at }) =>
            (!input.actor || actor.email?.includes(input.actor)) &&
            (!input.types || input.types.includes(type)) &&
            (!input.outcome || input.outcome.includes(outcome)) &&
            (!input.from || at >= input.from) &&
            (!input.to || at <= input.to),
        );
        expect(await walk(organization, input)).toEqual(expected.map(({ seq }) => seq));
        const { limit: _limit, ...filter } = input;
        expect(await countEvents(trail.app.services, organization.id, filter)).toEqual({
          count: expected.length,
          capped: false,
        });
      }),
      { numRuns: 60 },
    );
  });

  it('reject times that are invalid, out of range or in the wrong order', async () => {
    const organization = await trail.organization();
    const filters = [
      { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' },
      { from: '0000-01-01T00:00:00Z' },
      { to: '9999-12-31T23:59:59.999-01:00' },
    ];
    for (const filter of filters) {
      await expect(list(organization, filter)).rejects.toMatchObject({ code: 'invalid_filter' });
      await expect(countEvents(trail.app.services, organization.id, filter)).rejects.toThrow();
    }
    for (const from of ['yesterday', '2026-13-01T00:00:00Z', '2026-01-01', '2026-01-01T00:00:00']) {
      const answer = await trail.app.call('query', 'events.list', { from }, organization.headers);
      expect(answer.status).toBe(400);
    }
    const widest = { from: '0001-01-01T00:00:00Z', to: '9999-12-31T23:59:59.999Z' };
    expect(await list(organization, widest)).toEqual({ events: [] });
  });

  it('never show an event of another organisation', async () => {
    const [one, other] = [await trail.organization(), await trail.organization()];
    const target = { type: 'api', id: 'shared' };
    const shared = { ...by('same@x.io'), outcome: 'denied', targets: [target] };
    await one.emit([shared, shared]);
    await other.emit([shared]);
    await trail.follow();
    for (const filter of [
      {},
      { actor: 'same' },
      { actor: '@' },
      { types: ['user.create_api'] },
      { outcome: 'denied' as const },
      { target },
      { actor: 'same', types: ['user.create_api'], outcome: 'denied' as const, target },
    ]) {
      const { events } = await list(other, filter);
      expect(events.map(({ organizationId }) => organizationId)).toEqual([other.id]);
      expect(await countEvents(trail.app.services, other.id, filter)).toEqual({
        count: 1,
        capped: false,
      });
    }
  });
});

it('an event that arrives more than 15 minutes late is marked late', async () => {
  const organization = await trail.organization();
  const minute = (ago: number) => new Date(Date.now() - ago * 60_000).toISOString();
  await organization.emit([{ occurredAt: minute(14) }, { occurredAt: minute(16) }]);
  const { events } = await list(organization);
  expect(events.map(({ late }) => late)).toEqual([false, true]);
});

it('the key that reported an event is named', async () => {
  const organization = await trail.organization();
  await organization.emit([{}]);
  const { events } = await list(organization);
  expect(events[0]?.reportedBy).toEqual({ keyId: organization.keyId, name: 'Importer' });
});
