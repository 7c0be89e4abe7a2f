/** Relays the outbox: appends each event to its trail, then deletes its row. */

import { setTimeout as delay } from 'node:timers/promises';
import type { EventResult } from '@liblab/audit-core';
import type { Logger } from 'pino';
import type { Pool, PoolClient } from 'pg';
import { outboxLock } from '../../db/locks.ts';

/** One of the Portal's own events. */
export interface OutboxEvent {
  organizationId: string;
  /** The key that acted; null for a person or the Portal itself. */
  keyId: string | null;
  event: unknown;
}

export interface Relay {
  start(): void;
  /** A hint that rows were committed. Rows without a hint are found within a second. */
  wake(): void;
  /** Finishes the current round. */
  stop(): Promise<void>;
}

export interface RelayOptions {
  pool: Pool;
  /** Appends events in order; events that are stored already get `duplicate`. */
  append: (events: readonly OutboxEvent[]) => Promise<EventResult[]>;
  log: Logger;
}

const idleMs = 1_000;
const batch = 200;

/** Creates a relay. Of several processes, one at a time relays. */
export function relayOutbox({ pool, append, log }: RelayOptions): Relay {
  let stopping = false;
  let woken = false;
  let endIdle = () => {};
  /** Organisations whose append failed; retried after the pause. */
  const resting = new Set<string>();

  async function run(): Promise<void> {
    while (!stopping) {
      woken = false;
      const more = await runRound().catch((error: unknown) => {
        log.warn({ err: error }, 'the outbox could not be relayed; retrying');
        return false;
      });
      if (more || stopping) continue;
      if (woken && resting.size === 0) continue;
      const idle = new AbortController();
      endIdle = () => idle.abort();
      await delay(idleMs, undefined, { signal: idle.signal }).catch(() => {});
      resting.clear();
    }
  }

  async function runRound(): Promise<boolean> {
    const client = await pool.connect();
    let failed = true;
    try {
      const more = await relayRound(client, append, log, resting);
      failed = false;
      return more;
    } finally {
      client.release(failed);
    }
  }

  let running: Promise<void> | undefined;
  return {
    start() {
      running ??= run();
    },
    wake() {
      woken = true;
      endIdle();
    },
    async stop() {
      stopping = true;
      endIdle();
      await running;
    },
  };
}

/**
 * Appends the oldest rows and deletes them; returns true when there may be more. Does nothing while another connection
 * holds the outbox lock. An organisation whose append fails, for example because its queue is full, does not delay the
 * others: its rows stay, and it is added to `resting`, whose rows are skipped.
 */
export async function relayRound(
  client: PoolClient,
  append: RelayOptions['append'],
  log: Logger,
  resting = new Set<string>(),
): Promise<boolean> {
  await client.query('begin');
  const rows = await takeRows(client, resting);
  const trails = [...Map.groupBy(rows, ({ organizationId }) => organizationId)];
  const answers = await Promise.allSettled(trails.map(([, own]) => append(own)));
  for (const [index, [organizationId, own]] of trails.entries()) {
    const answer = answers[index] as PromiseSettledResult<EventResult[]>;
    if (answer.status === 'rejected') {
      resting.add(organizationId);
      log.warn(
        { err: answer.reason as unknown, organizationId },
        'the outbox of a trail could not be relayed; retrying',
      );
      continue;
    }
    // Append before deleting: a crash in between appends them again, and event ids make that a no-op.
    await settle(client, own, answer.value, log);
  }
  await client.query('commit');
  return rows.length === batch;
}

interface Row extends OutboxEvent {
  position: number;
}

/** The next rows, oldest first; none while another process holds the lock. */
async function takeRows(client: PoolClient, resting: ReadonlySet<string>): Promise<Row[]> {
  const { rows: locks } = await client.query<{ held: boolean }>(
    'select pg_try_advisory_xact_lock($1) as held',
    [outboxLock],
  );
  if (!locks[0]?.held) return [];
  const { rows } = await client.query<Row>(
    `select position, organization_id as "organizationId", key_id as "keyId", event
     from outbox
     where organization_id is not null and organization_id <> all($1) and refused is null
     order by position limit ${batch}`,
    [[...resting]],
  );
  return rows;
}

async function settle(
  client: PoolClient,
  rows: readonly Row[],
  results: readonly EventResult[],
  log: Logger,
): Promise<void> {
  const done: number[] = [];
  for (const [index, { position }] of rows.entries()) {
    const result = results[index];
    if (result?.status !== 'rejected') {
      done.push(position);
      continue;
    }
    // The event was valid when it was written, so the catalogue or the row has changed since.
    const { code, path, message } = result.error ?? {};
    log.error({ position, code, path }, 'the trail rejected an event from the outbox');
    await client.query('update outbox set refused = $2 where position = $1', [
      position,
      `${code}: ${path} ${message}`,
    ]);
  }
  await client.query('delete from outbox where position = any($1)', [done]);
}
