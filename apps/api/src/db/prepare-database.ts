/** Prepares the database for serving: checks the user's rights, migrates if it owns the database, and names the roles. */

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate, pendingMigrations } from './migrate.ts';

/** How the API and the signer connect; `signer` is undefined when the user must not sign. */
export interface Connections {
  api: { url: string; role?: string };
  signer: { url: string; role?: string } | undefined;
}

/**
 * Prepares the embedded database: migrates it as its owner and sets new passwords for its roles at each start.
 */
export async function prepareEmbedded(ownerUrl: string): Promise<Connections> {
  await migrate(ownerUrl);
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const urls = { audit_api: '', audit_signer: '' };
    for (const role of ['audit_api', 'audit_signer'] as const) {
      const password = randomBytes(24).toString('hex');
      await client.query(`alter role ${role} password ${client.escapeLiteral(password)}`);
      const url = new URL(ownerUrl);
      url.username = role;
      url.password = password;
      urls[role] = url.href;
    }
    return { api: { url: urls.audit_api }, signer: { url: urls.audit_signer } };
  } finally {
    await client.end();
  }
}

/**
 * Prepares the operator's database. In production the process must not own it, and migrations are a separate step
 * (`npm run migrate`). Otherwise the process migrates if the URL's user is the owner. Every connection sets its role.
 *
 * @throws Error when Postgres is too old, the schema is out of date, or the user has too many or too few rights
 */
export async function prepareExternal(url: string, production: boolean): Promise<Connections> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: number; owner: boolean }>(
      `select current_setting('server_version_num')::int as version,
              pg_has_role(current_user, datdba, 'usage') as owner
       from pg_database where datname = current_database()`,
    );
    const { version = 0, owner = false } = rows[0] ?? {};
    if (version < 150_000) {
      throw new Error(
        `PostgreSQL ${Math.floor(version / 10_000)} is too old. The service needs version 15 or later.`,
      );
    }
    if (production && owner) {
      throw new Error(
        'DATABASE_URL connects as the owner of the database, who can rewrite the log. ' +
          'Connect as a member of audit_api (and of audit_signer, if this process signs). See docs/operations.md.',
      );
    }
    if (production && (await canRewrite(client))) {
      throw new Error(
        'DATABASE_URL connects as a user that can change or delete logged events. ' +
          'Connect as a user that has only the rights of audit_api (and of audit_signer, if this process signs). See docs/operations.md.',
      );
    }
    if (owner) await migrate(url);
    else if ((await pendingMigrations(client)).length > 0) {
      throw new Error(
        'The database schema is out of date. Run as the owner of the database: npm run migrate',
      );
    }
    const { rows: memberships } = await client.query<{ api: boolean; signer: boolean }>(
      `select pg_has_role(current_user, 'audit_api', 'member') as api,
              pg_has_role(current_user, 'audit_signer', 'member') as signer`,
    );
    if (!memberships[0]?.api) {
      throw new Error(
        'DATABASE_URL must connect as a member of audit_api. Grant audit_api to its user.',
      );
    }
    return {
      api: { url, role: 'audit_api' },
      signer: memberships[0]?.signer ? { url, role: 'audit_signer' } : undefined,
    };
  } finally {
    await client.end();
  }
}

/** Whether the user can change or delete logged rows, which neither audit_api nor audit_signer can. */
async function canRewrite(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ rewrites: boolean }>(
    `select coalesce(bool_or(has_table_privilege(relid, 'update') or has_table_privilege(relid, 'delete')), false) as rewrites
     from (select to_regclass(name) as relid
           from unnest(array['audit_events', 'log_batches', 'log_tiles', 'log_checkpoints']) name) logged
     where relid is not null`,
  );
  return rows[0]?.rewrites ?? false;
}
