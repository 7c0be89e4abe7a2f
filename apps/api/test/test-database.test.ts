import { Client } from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from './support/test-database.ts';

test('a test database is migrated, and each role connects with its own rights', async () => {
  await using database = await createTestDatabase();
  for (const [url, role] of [
    [database.ownerUrl, 'owner'],
    [database.apiUrl, 'audit_api'],
    [database.signerUrl, 'audit_signer'],
    [database.janitorUrl, 'audit_janitor'],
  ] as const) {
    const client = new Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query<{ name: string; migrations: number }>(
      'select current_user as name, (select count(*)::int from schema_migrations) as migrations',
    );
    await client.end();
    if (role !== 'owner') expect(rows[0]?.name).toBe(role);
    expect(rows[0]?.migrations).toBeGreaterThan(0);
  }
});

test('an open connection makes the disposal fail, and the database is still dropped', async () => {
  const database = await createTestDatabase();
  const client = new Client({ connectionString: database.apiUrl });
  client.on('error', () => {});
  await client.connect();
  await expect(database[Symbol.asyncDispose]()).rejects.toThrow(/1 connections were left open/);
  await expect(new Client({ connectionString: database.apiUrl }).connect()).rejects.toThrow(
    /does not exist/,
  );
});
