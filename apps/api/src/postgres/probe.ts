/** How clients reach the embedded server, and whether it answers. */

import { Client, DatabaseError } from 'pg';
import { owner } from './cluster.ts';

export interface Address {
  /** Loopback. */
  host: string;
  port: number;
  /** The folder of its unix socket, where the path is short enough for one; faster than loopback. */
  socketFolder?: string;
}

export const database = 'audit_trails';

/**
 * A URL for the cluster's owner. The socket is given as `?host=`, which drivers prefer to the host in front, so that
 * user, password and database can be exchanged in the URL.
 */
export function urlOf(
  { host, port, socketFolder }: Address,
  password: string,
  name = database,
): string {
  const url = new URL(`postgres://${owner}:${password}@${host}:${port}/${name}`);
  if (socketFolder) url.searchParams.set('host', socketFolder);
  return url.href;
}

/** A server that lets a client wait for so long is not counted on. */
const silenceMs = 5_000;
/** Copying the template, on a slow disk too. */
const createDatabaseMs = 120_000;

/** `busy`: it starts, recovers or stops. `silent`: nobody listens. `foreign`: it knows another password. */
export type Answer = 'ready' | 'busy' | 'silent' | 'foreign';

/** Ready means that the service's database exists: it is made here when a fresh cluster first answers. */
export async function probe(address: Address, password: string): Promise<Answer> {
  try {
    await query(urlOf(address, password), 'select');
    return 'ready';
  } catch (error) {
    if (!(error instanceof DatabaseError)) return 'silent';
    switch (error.code) {
      case '3D000':
        await query(
          urlOf(address, password, 'postgres'),
          `create database ${database}`,
          createDatabaseMs,
        );
        return 'ready';
      case '28P01':
      case '28000':
        return 'foreign';
      default:
        return 'busy';
    }
  }
}

async function query(url: string, sql: string, timeoutMs = silenceMs): Promise<void> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: silenceMs,
    query_timeout: timeoutMs,
    ssl: false,
  });
  // Without a listener, a server that dies during the query would end this process.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}
