/** Runs migrations: numbered SQL files, each once and in a transaction, by one process at a time. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { Umzug } from 'umzug';

export const migrationsFolder = join(import.meta.dirname, 'migrations');

/** The advisory lock held while migrating; an arbitrary number. */
const migrationLock = 0x61756474;

/**
 * Migrates the database to the newest schema, or up to the migration `to`. `ownerUrl` connects as the owner of the
 * database.
 *
 * @throws Error when a migration fails; that migration is rolled back, earlier ones stay
 */
export async function migrate(ownerUrl: string, to?: string): Promise<void> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    await client.query(
      'create table if not exists schema_migrations (name text primary key, applied_at timestamptz not null default now())',
    );
    await umzug(client).up(to ? { to } : {});
  } finally {
    await client.end();
  }
}

/** The names of migrations that have not run yet. Any role can read them. */
export async function pendingMigrations(client: Client): Promise<string[]> {
  return (await umzug(client).pending()).map((migration) => migration.name);
}

function umzug(client: Client) {
  return new Umzug({
    context: client,
    logger: undefined,
    migrations: async () => {
      const files = (await readdir(migrationsFolder))
        .filter((file) => file.endsWith('.sql'))
        .toSorted();
      return files.map((name) => ({ name, up: () => apply(client, name) }));
    },
    storage: {
      // `apply` records the name in the migration's own transaction, so a crash leaves both or neither.
      logMigration: async () => {},
      unlogMigration: async () => {},
      executed: async () => {
        const { rows } = await client.query<{ name: string }>(
          'select name from schema_migrations order by name',
        );
        return rows.map((row) => row.name);
      },
    },
  });
}

async function apply(client: Client, name: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query(await readFile(join(migrationsFolder, name), 'utf8'));
    await client.query('insert into schema_migrations (name) values ($1)', [name]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`Migration ${name} failed and was rolled back.`, { cause: error });
  }
}
