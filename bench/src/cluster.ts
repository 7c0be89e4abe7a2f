/** The Postgres to measure on: the embedded one with the service's settings, including fsync. */

import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '@liblab/audit-api/postgres/embedded';
import { urlTo } from '@liblab/audit-api/test-support/test-cluster';
import { parentOf } from './processes.ts';

/** The files kept between runs; delete the folder to start over. */
export const folder = join(import.meta.dirname, '../../.data/bench');

export interface Cluster extends AsyncDisposable {
  /** The server's main process. */
  pid: number;
  /** A connection for `create database` and similar statements. */
  server: pg.Client;
  /** A URL for the owner or another role. */
  urlTo(database: string, role?: string, password?: string): string;
  /** Connects as the owner; the connection closes with the cluster. */
  connect(database: string): Promise<pg.Client>;
}

export async function startCluster(): Promise<Cluster> {
  const postgres = await startEmbeddedPostgres({ dataDir: folder });
  const clients: pg.Client[] = [];
  const connect = async (database: string) => {
    const client = new pg.Client({ connectionString: urlTo(postgres.ownerUrl, database) });
    // Dropping a database closes its connections.
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

/** Drops the database if it exists, even while clients are connected. */
export async function dropDatabase({ server }: Cluster, database: string): Promise<void> {
  await server.query(`drop database if exists ${database} with (force)`);
}
