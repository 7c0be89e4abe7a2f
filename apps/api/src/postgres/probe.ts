/** The embedded server's address, and a check whether it responds. */

import { Client, DatabaseError } from 'pg';
import { owner } from './cluster.ts';

export interface Address {
  /** Loopback. */
  host: string;
  port: number;
  /** The folder of the Unix socket, which is faster than loopback; undefined when the path is too long for a socket. */
  socketFolder?: string;
}

export const database = 'audit_trails';

/**
 * A URL for the cluster's owner. The socket is in `?host=`, which drivers prefer to the URL's host, so that user,
 * password and database can still be replaced in the URL.
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

const responseTimeoutMs = 5_000;
/** Long, because copying the template database is slow on a slow disk. */
const createTimeoutMs = 120_000;

/** `busy`: starting, recovering or stopping. `silent`: nothing listens. `foreign`: the password is wrong. */
export type Answer = 'ready' | 'busy' | 'silent' | 'foreign';

/** Checks the server. Creates the service's database when a new cluster first responds. */
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
          createTimeoutMs,
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

async function query(url: string, sql: string, timeoutMs = responseTimeoutMs): Promise<void> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: responseTimeoutMs,
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
