/** Locks a trail's head. Until the transaction ends, no other transaction appends to the trail. */

import type { PoolClient } from 'pg';
import { pipeline } from '../../db/pipeline.ts';
import type { PreparedEvent } from '../store/row-codec.ts';

export interface Head {
  size: number;
  frontier: Buffer;
  lastLoggedAtMs: number;
  nowMs: number;
  /** The batch's events that are stored already. */
  known: (Repeat & { id: string })[];
}

/** An event that is stored already. */
export interface Repeat {
  seq: number;
  /** Its stored content MAC, in hex. */
  mac: string;
  loggedAtMs: number;
  leafHash?: Uint8Array;
}

/**
 * Begins a transaction, locks the head and finds the ids that are stored already. Two statements in one pipeline: the
 * second must see what was committed while the first waited for the lock.
 */
export async function lockHead(
  client: PoolClient,
  organizationId: string,
  events: readonly PreparedEvent[],
): Promise<Head> {
  const [, heads, known] = await pipeline(client, () =>
    Promise.all([
      client.query('begin'),
      client.query<HeadRow>(lockHeadStatement(organizationId)),
      client.query<KnownRow>({
        name: 'find-known',
        text: `select id, seq, encode(content_mac, 'hex') as mac, logged_at as "loggedAt"
             from audit_events where organization_id = $1 and id = any($2::uuid[])`,
        values: [organizationId, `{${events.map((event) => event.id).join(',')}}`],
      }),
    ]),
  );
  const row = heads.rows[0] ?? (await createHead(client, organizationId));
  return {
    size: row.size,
    frontier: row.frontier,
    lastLoggedAtMs: row.lastLoggedAt.getTime(),
    nowMs: row.nowMs,
    known: known.rows.map(({ loggedAt, ...rest }) => ({ ...rest, loggedAtMs: loggedAt.getTime() })),
  };
}

function lockHeadStatement(organizationId: string) {
  return {
    name: 'lock-head',
    text: `select size, frontier, last_logged_at as "lastLoggedAt",
                  floor(extract(epoch from clock_timestamp()) * 1000)::bigint as "nowMs"
           from log_heads where organization_id = $1 for update`,
    values: [organizationId],
  };
}

/** Creates the head for a trail's first event. Another process may do so at the same time. */
async function createHead(client: PoolClient, organizationId: string): Promise<HeadRow> {
  await client.query(
    `insert into log_heads (organization_id, size, frontier, root, last_logged_at)
     values ($1, 0, '', sha256(''), '1970-01-01Z') on conflict do nothing`,
    [organizationId],
  );
  const { rows } = await client.query<HeadRow>(lockHeadStatement(organizationId));
  return rows[0] as HeadRow;
}

interface HeadRow {
  size: number;
  frontier: Buffer;
  lastLoggedAt: Date;
  nowMs: number;
}

interface KnownRow {
  id: string;
  seq: number;
  mac: string;
  loggedAt: Date;
}
