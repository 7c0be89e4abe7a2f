/** Brings the outbox to the trail: appends each event, then removes its row. */

import { setTimeout as delay } from 'node:timers/promises';
import type { EventResult } from '@liblab/audit-core';
import type { Logger } from 'pino';
import type { Pool, PoolClient } from 'pg';
import { outboxLock } from '../../db/locks.ts';

/** An event of the Portal's own, as the trail takes it. */
export interface OutboxEvent {
  organizationId: string;
  /** Null: a person did it, or the Portal itself. */
  keyId: string | null;
  event: unknown;
}

export interface Relay {
  start(): void;
  /** Something was committed. A hint only: what no hint came for is found within a second. */
  wake(): void;
  /** Finishes the round under way. */
  stop(): Promise<void>;
}

export interface RelayOptions {
  pool: Pool;
  /** Appends the events in their order; what is there already answers `duplicate`. */
  append: (events: readonly OutboxEvent[]) => Promise<EventResult[]>;
  log: Logger;
}

const idleMs = 1_000;
const batch = 200;

/** Relays once started; of several processes one at a time does. */
export function relayOutbox({ pool, append, log }: RelayOptions): Relay {
  let stopping = false;
  let woken = false;
  let rouse = () => {};
  /** Organisations whose trail took nothing: they are tried again after the others. */
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
      rouse = () => idle.abort();
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
      rouse();
    },
    async stop() {
      stopping = true;
      rouse();
      await running;
    },
  };
}

/**
 * Appends the oldest rows and removes them; true when there may be more. Does nothing while another connection relays,
 * or holds the lock of the outbox. An organisation whose trail takes nothing, as when its queue is full, holds up no
 * other: its rows stay, and it is added to `resting`, whose rows are left alone.
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
    // Append before removing: a crash in between sends them again, and their ids make that a no-op.
    await settle(client, own, answer.value, log);
  }
  await client.query('commit');
  return rows.length === batch;
}

interface Row extends OutboxEvent {
  position: number;
}

/** The next rows, oldest first; none while another process relays. */
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
    // It was checked when it was written: the catalogue has changed since, or the row was.
    const { code, path, message } = result.error ?? {};
    log.error({ position, code, path }, 'the trail rejected an event from the outbox');
    await client.query('update outbox set refused = $2 where position = $1', [
      position,
      `${code}: ${path} ${message}`,
    ]);
  }
  await client.query('delete from outbox where position = any($1)', [done]);
}
