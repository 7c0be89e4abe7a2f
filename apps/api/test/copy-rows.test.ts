import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BinaryRows, copyRows } from '../src/db/copy-rows.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

let database: TestDatabase;
let client: Client;
const into = 'every_type (place, id, number, time, truth, bytes, words)';

beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.ownerUrl, pipeline: true });
  await client.connect();
  await client.query(
    `create table every_type (place int8 primary key, id uuid, number int8, time timestamptz(3), truth boolean, bytes bytea, words text)`,
  );
});
afterAll(async () => {
  await client.end();
  await database[Symbol.asyncDispose]();
});

const row = fc.record({
  id: fc.uuid(),
  number: fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.maxSafeInteger()),
  ms: fc.integer({ min: 0, max: 253_402_300_799_999 }),
  truth: fc.boolean(),
  bytes: fc.uint8Array({ maxLength: 300 }),
  words: fc.string({ unit: 'grapheme', maxLength: 300 }).filter((text) => !text.includes('\0')),
});

test('every value is stored unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 30 }), async (given) => {
      const rows = new BinaryRows();
      for (const [place, { id, number, ms, truth, bytes, words }] of given.entries()) {
        rows.row(7).bigint(place).uuid(id).bigint(number).time(ms).bool(truth).bytea(bytes);
        rows.text(words);
      }
      const [, , stored] = await Promise.all([
        client.query('begin'),
        copyRows(client, into, rows),
        client.query('select * from every_type order by place'),
        client.query('rollback'),
      ]);
      expect(stored.rows).toEqual(
        given.map(({ id, number, ms, truth, bytes, words }, place) => ({
          place: String(place),
          id,
          number: String(number),
          time: new Date(ms),
          truth,
          bytes: Buffer.from(bytes),
          words,
        })),
      );
    }),
    { numRuns: 50 },
  );
});

test('null is stored as null, and a row may be larger than the initial buffer', async () => {
  const bytes = randomBytes(300_000);
  const rows = new BinaryRows();
  rows.row(7).bigint(1).null().null().null().null().bytea(bytes).text('ü'.repeat(100_000));
  await copyRows(client, into, rows);
  const stored = await client.query('delete from every_type returning *');
  expect(stored.rows).toEqual([
    {
      place: '1',
      id: null,
      number: null,
      time: null,
      truth: null,
      bytes,
      words: 'ü'.repeat(100_000),
    },
  ]);
});

test('rejected rows fail alone, and the connection continues after them', async () => {
  const twice = new BinaryRows();
  for (const place of [1, 1]) {
    twice.row(7).bigint(place).uuid(randomUUID()).bigint(0).time(0).bool(true).null().null();
  }
  const outcomes = await Promise.allSettled([
    copyRows(client, into, twice),
    copyRows(client, 'no_such_table (a)', new BinaryRows().row(1).bigint(1)),
    client.query('select count(*)::int as count from every_type'),
  ]);
  expect(outcomes).toMatchObject([
    { status: 'rejected', reason: { code: '23505' } },
    { status: 'rejected', reason: { code: '42P01' } },
    { status: 'fulfilled', value: { rows: [{ count: 0 }] } },
  ]);
});
