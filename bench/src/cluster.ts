/** The Postgres that everything is measured on: the embedded one, as the service starts it, fsync and all. */

import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '@liblab/audit-api/postgres/embedded';
import { urlTo } from '@liblab/audit-api/test-support/test-cluster';
import { parentOf } from './processes.ts';

/** Everything that outlives a run; delete it to start over. */
export const folder = join(import.meta.dirname, '../../.data/bench');

export interface Cluster extends AsyncDisposable {
  /** Of the server's first process. */
  pid: number;
  /** For statements on databases. */
  server: pg.Client;
  /** A URL for the owner, or for another role. */
  urlTo(database: string, role?: string, password?: string): string;
  /** A connection as the owner, which closes with the cluster. */
  connect(database: string): Promise<pg.Client>;
}

export async function startCluster(): Promise<Cluster> {
  const postgres = await startEmbeddedPostgres({ dataDir: folder });
  const clients: pg.Client[] = [];
  const connect = async (database: string) => {
    const client = new pg.Client({ connectionString: urlTo(postgres.ownerUrl, database) });
    // A database that is dropped takes its connections along.
    client.on('error', () => {});
    clients.push(client);
    await client.connect();
    return client;
  };
  const server = await connect(postgres.database);
  const { rows } = await server.query<{ pid: number }>('select pg_backend_pid() as pid');
  return {
    pid: parentOf(rows[0]?.pid ?? 0),
    server,
    urlTo: (database, role, password) => urlTo(postgres.ownerUrl, database, role, password),
    connect,
    async [Symbol.asyncDispose]() {
      for (const client of clients) await client.end().catch(() => {});
      await postgres.stop();
    },
  };
}

/** Drops it when it exists, whoever is connected. */
export async function dropDatabase({ server }: Cluster, database: string): Promise<void> {
  await server.query(`drop database if exists ${database} with (force)`);
}
