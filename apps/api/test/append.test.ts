import { createHmac, randomUUID } from 'node:crypto';
import { leafHash, parseEntry } from '@liblab/audit-core/log';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase, type Database } from '../src/db/database.ts';
import { sha256 } from '../src/trail/store/sha256.ts';
import { sortedJson } from '../src/trail/store/sorted-json.ts';
import { readTiles } from '../src/trail/log/read-tiles.ts';
import { checkTrail } from './support/check-trail.ts';
import { apiEvent, openTestWriter, type TestWriter } from './support/emit.ts';
import { recordStatements } from './support/record-statements.ts';
import { administer } from './support/test-cluster.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.apiUrl });
});

afterAll(async () => {
  await db.close();
  await database[Symbol.asyncDispose]();
});

describe('append', () => {
  test('assigns positions without gaps and acknowledges what is stored', async () => {
    await using writer = await openTestWriter(db.options);
    const organizationId = randomUUID();
    const events = Array.from({ length: 3 }, () => apiEvent());
    const { results } = await writer.emit(organizationId, events);
    const { entries } = await checkTrail(db.pool, organizationId);
    expect(results).toEqual(
      events.map((event, seq) => ({
        id: event.id,
        status: 'recorded',
        seq,
        leafHash: Buffer.from(leafHash(entries[seq] as Uint8Array, sha256)).toString('base64'),
        loggedAt: parseEntry(entries[seq] as Uint8Array).loggedAt,
      })),
    );
  });

  test('acknowledges a repeat with its first position, and rejects its id with other content', async () => {
    await using writer = await openTestWriter(db.options);
    const organizationId = randomUUID();
    const event = apiEvent();
    const first = await writer.emit(organizationId, [apiEvent(), event, event]);
    expect(first.results[2]).toEqual({ ...first.results[1], status: 'duplicate' });
    // Another process finds it in the database; the order of the fields does not matter.
    const { id, ...rest } = event;
    await using other = await openTestWriter(db.options);
    const again = await other.emit(organizationId, [
      { ...rest, id },
      { ...event, outcome: 'failure' },
    ]);
    expect(again.results[0]).toEqual({ ...first.results[1], status: 'duplicate' });
    expect(again.results[1]).toMatchObject({
      status: 'rejected',
      error: { code: 'id_reused', path: '$.events[1].id' },
    });
    expect((await checkTrail(db.pool, organizationId)).size).toBe(2);
  });

  test('recognises redacted changes that version 0.1.0 stored with their values', async () => {
    await using writer = await openTestWriter(db.options);
    const organizationId = randomUUID();
    const redacted = { path: 'password', before: 'hunter2', after: 'x', redacted: true };
    const event = apiEvent({ changes: [redacted] });
    await writer.emit(organizationId, [event]);
    const mac = createHmac('sha256', writer.services.contentKey).update(sortedJson(event)).digest();
    await administer(database.ownerUrl, (client) =>
      client.query('update audit_events set content_mac = $2 where id = $1', [
        event.id,
        mac.subarray(0, 16),
      ]),
    );
    const again = await writer.emit(organizationId, [event]);
    expect(again.results.map(({ status }) => status)).toEqual(['duplicate']);
    const other = await writer.emit(organizationId, [{ ...event, outcome: 'failure' }]);
    expect(other.results[0]?.error?.code).toBe('id_reused');
  });

  test('the same id in two organisations is two events', async () => {
    await using writer = await openTestWriter(db.options);
    const event = apiEvent();
    for (const organizationId of [randomUUID(), randomUUID()]) {
      const { results } = await writer.emit(organizationId, [event]);
      expect(results[0]).toMatchObject({ status: 'recorded', seq: 0 });
    }
  });

  test('builds the same tree for any batch sizes, with tiles on two levels', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 4 }),
        async (sizes) => {
          const organizationId = randomUUID();
          await using processes = new AsyncDisposableStack();
          let writer = processes.use(await openTestWriter(db.options));
          for (const [index, size] of sizes.entries()) {
            // Now and then a process that remembers nothing of the trail's edge.
            if (index % 2 === 1) writer = processes.use(await openTestWriter(db.options));
            await writer.emit(
              organizationId,
              Array.from({ length: size }, () => apiEvent()),
            );
          }
          const { size } = await checkTrail(db.pool, organizationId);
          const width = size % 256;
          if (width === 0) return;
          const [partial] = await readTiles(db.pool, organizationId, [
            { level: 0, index: Math.floor(size / 256), width },
          ]);
          expect(partial?.length).toBe(width * 32);
        },
      ),
      { numRuns: 8 },
    );
  });

  test('two processes with many writers on one organisation produce one order without gaps', async () => {
    const organizationId = randomUUID();
    await using first = await openTestWriter(db.options);
    await using second = await openTestWriter(db.options);
    const shared = Array.from({ length: 20 }, () => apiEvent());
    const answers = await Promise.all(
      Array.from({ length: 16 }, async (_, index) => {
        const writer = index % 2 === 0 ? first : second;
        const seqs = new Map<string, number>();
        for (let round = 0; round < 5; round += 1) {
          const events = [
            ...Array.from({ length: 7 }, () => apiEvent()),
            shared[(index + round) % 20] as object,
          ];
          const { results } = await emitUntilTaken(writer, organizationId, events);
          for (const { id, seq } of results) seqs.set(id as string, seq as number);
        }
        return seqs;
      }),
    );
    const { entries } = await checkTrail(db.pool, organizationId);
    const ids = entries.map((entry) => parseEntry(entry).id);
    for (const seqs of answers) for (const [id, seq] of seqs) expect(ids[seq]).toBe(id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(16 * 5 * 7 + new Set(shared.map((event) => event.id)).size);
  });

  test('a failed commit stores nothing, and the events can be sent again', async () => {
    const organizationId = randomUUID();
    await using writer = await openTestWriter(db.options);
    await writer.emit(organizationId, [apiEvent()]);
    await administer(database.ownerUrl, (client) =>
      client.query(
        `create function refuse() returns trigger language plpgsql as $$ begin raise 'disk full'; end $$;
         create trigger refuse before insert on audit_events for each row
           when (new.organization_id = '${organizationId}') execute function refuse()`,
      ),
    );
    const event = apiEvent();
    await expect(writer.emit(organizationId, [event])).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect((await checkTrail(db.pool, organizationId)).size).toBe(1);
    await administer(database.ownerUrl, (client) =>
      client.query('drop trigger refuse on audit_events'),
    );
    const { results } = await writer.emit(organizationId, [event]);
    expect(results[0]).toMatchObject({ status: 'recorded', seq: 1 });
    expect((await checkTrail(db.pool, organizationId)).size).toBe(2);
  });

  test('a trail whose stored rows were changed still accepts events', async () => {
    const change = {
      'another entry': 'set entries = set_byte(entries, 200, get_byte(entries, 200) # 1)',
      'no entry at all': 'set entries = substr(entries, 1, 100)',
    };
    for (const [what, sql] of Object.entries(change)) {
      const organizationId = randomUUID();
      const events = (count: number) => Array.from({ length: count }, () => apiEvent());
      await using first = await openTestWriter(db.options);
      await first.emit(organizationId, events(255));
      await administer(database.ownerUrl, (client) =>
        client.query(`update log_batches ${sql} where organization_id = $1`, [organizationId]),
      );
      // A process without a cache has to read them.
      await using writer = await openTestWriter(db.options);
      for (const seq of [255, 256]) {
        const { results } = await writer.emit(organizationId, events(1));
        expect(results[0], what).toMatchObject({ status: 'recorded', seq });
      }
      expect(writer.logged, what).toMatchObject([
        {
          organizationId,
          msg: 'stored rows of a trail were changed from outside; verify the trail',
        },
      ]);
    }
  });

  test('a stale cache of another history is not used', async () => {
    const organizationId = randomUUID();
    const events = (count: number) => Array.from({ length: count }, () => apiEvent());
    await using first = await openTestWriter(db.options);
    await first.emit(organizationId, events(250));
    // Restored to the past, for which connections are cut, and grown to the same size by another process.
    await administer(database.ownerUrl, async (client) => {
      for (const table of ['log_heads', 'log_batches', 'audit_events', 'actors']) {
        await client.query(`delete from ${table} where organization_id = $1`, [organizationId]);
      }
      await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = 'audit-sequencer'`,
      );
    });
    const bob = { actor: { type: 'user', id: 'u2', email: 'bob@exciting.soda' } };
    await using second = await openTestWriter(db.options);
    await emitUntilTaken(
      second,
      organizationId,
      events(250).map((event) => ({ ...event, ...bob })),
    );
    await first.emit(organizationId, events(50));
    expect((await checkTrail(db.pool, organizationId)).size).toBe(300);
    const { rows } = await db.pool.query('select 1 from actors where organization_id = $1', [
      organizationId,
    ]);
    expect(rows).toHaveLength(2);
  });

  test('a cached head of the same size with another content is not used', async () => {
    const organizationId = randomUUID();
    await using first = await openTestWriter(db.options);
    await first.emit(organizationId, [apiEvent()]);
    await administer(database.ownerUrl, async (client) => {
      for (const table of ['log_heads', 'log_batches', 'audit_events']) {
        await client.query(`delete from ${table} where organization_id = $1`, [organizationId]);
      }
    });
    await using second = await openTestWriter(db.options);
    await second.emit(organizationId, [apiEvent()]);
    await first.emit(organizationId, [apiEvent()]);
    expect((await checkTrail(db.pool, organizationId)).size).toBe(2);
  });

  test('reads the head only when another process appended or an event is a repeat', async () => {
    const organizationId = randomUUID();
    await using first = await openTestWriter(db.options);
    await using second = await openTestWriter(db.options);
    const event = apiEvent();
    const emissions: [typeof first, object, seq: number, asks: boolean][] = [
      [first, apiEvent(), 0, true],
      [first, apiEvent(), 1, false],
      [first, event, 2, false],
      [second, apiEvent(), 3, true],
      // Finds another head, reads it once, and is the sole writer again.
      [first, apiEvent(), 4, true],
      [first, apiEvent(), 5, true],
      [first, apiEvent(), 6, false],
      [first, event, 2, true],
      [first, apiEvent(), 7, false],
    ];
    using recorder = recordStatements([]);
    const locked: boolean[] = [];
    for (const [writer, sent, seq] of emissions) {
      const { results } = await writer.emit(organizationId, [sent]);
      expect(results[0]).toMatchObject({ seq });
      locked.push(recorder.take().some((text) => text.includes('for update')));
    }
    expect(locked).toEqual(emissions.map(([, , , asks]) => asks));
    expect([first.logged, second.logged]).toEqual([[], []]);
    expect((await checkTrail(db.pool, organizationId)).size).toBe(8);
  });

  test('uses the database’s clock when the process’s own clock jumps', async () => {
    const organizationId = randomUUID();
    let leapMs = 0;
    await using writer = await openTestWriter(db.options, { clock: () => Date.now() + leapMs });
    for (leapMs of [0, 3_600_000, 30_000]) {
      const { results } = await writer.emit(organizationId, [apiEvent()]);
      const { rows } = await db.pool.query<{ now: Date }>('select clock_timestamp() as now');
      const behindMs = Number(rows[0]?.now) - Date.parse(results[0]?.loggedAt ?? '');
      expect(Math.abs(behindMs), `after a leap of ${leapMs} ms`).toBeLessThan(20_000);
    }
  });

  test('time never goes back, and a database clock far ahead of the process’s is rejected', async () => {
    const organizationId = randomUUID();
    let time = Date.UTC(2026, 0, 1);
    await using writer = await openTestWriter(db.options, { loggedAt: () => time });
    await writer.emit(organizationId, [apiEvent()]);
    time -= 60_000;
    const { results } = await writer.emit(organizationId, [apiEvent()]);
    expect(results[0]?.loggedAt).toBe('2026-01-01T00:00:00.000Z');
    await using slow = await openTestWriter(db.options, { clock: () => Date.now() - 120_000 });
    await expect(slow.emit(organizationId, [apiEvent()])).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  test('the emitter’s address replaces a missing one, and a repeat from another address is still a repeat', async () => {
    await using writer = await openTestWriter(db.options);
    const organizationId = randomUUID();
    const event = apiEvent();
    const first = await writer.emit(organizationId, [event], '203.0.113.7');
    const again = await writer.emit(organizationId, [event], '198.51.100.9');
    expect(first.results[0]?.status).toBe('recorded');
    expect(again.results[0]).toEqual({ ...first.results[0], status: 'duplicate' });
  });
});

describe('the roles of the database', () => {
  const forbidden = [
    ...[
      'log_batches',
      'log_tiles',
      'log_checkpoints',
      'log_heads',
      'audit_events',
      'log_keys',
      'log_alarms',
    ].map((table) => `delete from ${table}`),
    "update log_batches set entries = ''",
    "update log_tiles set hashes = ''",
    "update log_checkpoints set note = ''",
    "update audit_events set disclosures = ''",
    'update log_heads set signed_size = 0',
    "insert into log_checkpoints values (gen_random_uuid(), 1, now(), '')",
    'truncate log_batches',
    'alter table log_batches add column x int',
    'drop table log_batches',
  ];

  test.each(forbidden)("the API's own role cannot: %s", async (statement) => {
    await expect(db.pool.query(statement)).rejects.toMatchObject({ code: '42501' });
  });
});

/** Retries as the client does: an event whose commit failed is sent again with its id. */
async function emitUntilTaken(
  writer: TestWriter,
  organizationId: string,
  events: readonly object[],
) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await writer.emit(organizationId, events);
    } catch (error) {
      if (attempt === 20) throw error;
    }
  }
}
