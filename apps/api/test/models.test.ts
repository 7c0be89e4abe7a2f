/** Every Portal table has one model, whose columns are the table's. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase, type Database } from '../src/db/database.ts';
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

/** Columns that only better-auth uses. */
const unmapped: Readonly<Record<string, readonly string[]>> = {
  users: ['image', 'updated_at'],
  organizations: ['logo', 'metadata'],
  accounts: [
    'access_token',
    'refresh_token',
    'id_token',
    'scope',
    'created_at',
    'access_token_expires_at',
    'refresh_token_expires_at',
  ],
};

/** Tables without a model: better-auth's own, the trail's and the log's, jobs, and the list of migrations. */
const without =
  /^(verifications|schema_migrations|outbox|mails|audit_events|actors|event_targets|projections|log_\w+)$/;

it('maps every table of the Portal', async () => {
  const { rows } = await db.pool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  );
  const tables = rows.map(({ name }) => name).filter((name) => !without.test(name));
  const mapped = Object.values(db.models).map((model) => model.tableName);
  expect(mapped.toSorted()).toEqual(tables);
});

it('has the tables’ columns with the same nullability', async () => {
  const { rows } = await db.pool.query<{ name: string; columns: Record<string, boolean> }>(
    `select table_name as name, json_object_agg(column_name, is_nullable = 'YES') as columns
     from information_schema.columns where table_schema = 'public' group by 1`,
  );
  const tables = new Map(rows.map(({ name, columns }) => [name, columns]));
  for (const model of Object.values(db.models)) {
    const name = model.tableName;
    const columns = Object.fromEntries(
      Object.values(model.rawAttributes).map(({ field = '', allowNull, primaryKey }) => [
        field,
        allowNull !== false && !primaryKey,
      ]),
    );
    const own = Object.entries(tables.get(name) ?? {}).filter(
      ([column]) => !unmapped[name]?.includes(column),
    );
    expect({ name, columns }).toEqual({ name, columns: Object.fromEntries(own) });
  }
});

it('has the primary keys of the tables', async () => {
  const { rows } = await db.pool.query<{ name: string; keys: string[] }>(
    `select i.indrelid::regclass::text as name, array_agg(a.attname::text order by a.attname) as keys
     from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
     where i.indisprimary group by 1`,
  );
  const keys = new Map(rows.map((row) => [row.name, row.keys]));
  for (const model of Object.values(db.models)) {
    const name = model.tableName;
    const own = Object.values(model.rawAttributes)
      .filter(({ primaryKey }) => primaryKey)
      .map(({ field }) => field);
    expect({ name, keys: own }).toEqual({
      name,
      keys: expect.arrayContaining(keys.get(name) ?? []),
    });
    expect(own).toHaveLength(keys.get(name)?.length ?? 0);
  }
});
