/** `digestTables`: a digest of everything in a database, to show that nothing changed. */

import { administer } from './test-cluster.ts';

/**
 * A digest of the rows by table, of all schemas; `ownerUrl` connects as a role that may read them all. Left out are when a
 * key was last used, which reading writes, and the tables in which pg-boss notes the time of its own maintenance.
 */
export async function digestTables(ownerUrl: string): Promise<Record<string, string>> {
  return administer(ownerUrl, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')
         and (schemaname, tablename) not in (('pgboss', 'queue'), ('pgboss', 'version')) order by 1`,
    );
    const digests: Record<string, string> = {};
    for (const { name } of tables) {
      const { rows } = await client.query<{ digest: string }>(
        `select format('%s rows, %s', count(*), md5(string_agg(row, e'\\n' order by row))) as digest
         from (select (to_jsonb(t) - 'last_used_at')::text as row from ${name} t) rows`,
      );
      digests[name] = rows[0]?.digest ?? '';
    }
    return digests;
  });
}
