/** The metrics at /metrics, for Prometheus. */

import type { Pool } from 'pg';
import { signerLock } from '../db/locks.ts';
import { createJobMetrics } from '../jobs/job-metrics.ts';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export interface Metrics {
  registry: Registry;
  /** Ingested events by result: recorded, duplicate or rejected. */
  events: Counter<'status'>;
  commitSeconds: Histogram;
  commitEvents: Histogram;
  commitFailures: Counter;
}

export interface MetricsOptions {
  pool: Pool;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** The events waiting in the sequencer. */
  load: () => { waiting: number; writing: number };
}

/** Reads gauges on each scrape. Those from the database are NaN while it does not respond. */
export function createMetrics({ pool, clock, load }: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  new Gauge({
    name: 'audit_events_waiting',
    help: 'Events accepted and not committed yet',
    registers,
    collect() {
      this.set(load().waiting);
    },
  });
  new Gauge({
    name: 'audit_oldest_unsigned_seconds',
    help: 'Age of the oldest event that no checkpoint covers; 0 when there is none',
    registers,
    async collect() {
      this.set(await readAge(pool, oldestUnsigned, clock));
    },
  });
  new Gauge({
    name: 'audit_alarms_open',
    help: 'Trails that do not fit what was signed and are not signed any more',
    registers,
    async collect() {
      this.set(await readNumber(pool, openAlarms));
    },
  });
  new Gauge({
    name: 'audit_signers',
    help: 'Signers at work: 1, or 0 when none runs or the one that runs refuses to sign',
    registers,
    async collect() {
      this.set(await readNumber(pool, signersAtWork));
    },
  });
  new Gauge({
    name: 'audit_outbox_oldest_seconds',
    help: "Age of the oldest event of the Portal's own acts that is not in the trail yet; 0 when there is none",
    registers,
    async collect() {
      this.set(await readAge(pool, oldestInOutbox, clock));
    },
  });
  new Gauge({
    name: 'audit_outbox_refused',
    help: "Events of the Portal's own acts that the trail did not take",
    registers,
    async collect() {
      this.set(await readNumber(pool, refusedOfOutbox));
    },
  });
  new Gauge({
    name: 'audit_mails_oldest_seconds',
    help: 'Age of the oldest message that the mail server has not taken yet; 0 when there is none',
    registers,
    async collect() {
      this.set(await readNumber(pool, oldestMail));
    },
  });
  new Gauge({
    name: 'audit_mails_given_up',
    help: 'Messages that the mail server refused, or did not take in time',
    registers,
    async collect() {
      this.set(await readNumber(pool, mailsGivenUp));
    },
  });
  createJobMetrics(pool, registers);
  return {
    registry,
    events: new Counter({
      name: 'audit_events_total',
      help: 'Events answered by the ingest door',
      labelNames: ['status'],
      registers,
    }),
    commitSeconds: new Histogram({
      name: 'audit_commit_seconds',
      help: 'Time from taking a batch to its commit',
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    }),
    commitEvents: new Histogram({
      name: 'audit_commit_events',
      help: 'Events in one commit',
      buckets: [1, 4, 16, 64, 256, 1000],
      registers,
    }),
    commitFailures: new Counter({
      name: 'audit_commit_failures_total',
      help: 'Commits that failed; their events were answered 503',
      registers,
    }),
  };
}

const oldestUnsigned = `
  select min(coalesce(e.logged_at, h.last_logged_at)) as oldest
  from log_heads h left join audit_events e on e.organization_id = h.organization_id and e.seq = h.signed_size
  where h.size > h.signed_size`;

const signersAtWork = `
  select count(*)::float8 as value from pg_locks
  where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
    and classid = 0 and objid = ${signerLock} and granted`;

const oldestInOutbox = `
  select min((event->>'occurredAt')::timestamptz) as oldest
  from outbox where organization_id is not null and refused is null`;

const refusedOfOutbox = 'select count(*)::float8 as value from outbox where refused is not null';

// The queue uses the database's clock.
const oldestMail = `
  select coalesce(extract(epoch from clock_timestamp() - min(created_on)), 0)::float8 as value
  from pgboss.job where name = 'mail' and state < 'completed'`;

const mailsGivenUp =
  "select count(*)::float8 as value from pgboss.job where name = 'mail' and state = 'failed'";

const openAlarms = 'select count(*)::float8 as value from log_alarms where resolved_at is null';

/** Seconds since the oldest time; 0 when there is none. */
async function readAge(pool: Pool, sql: string, clock: () => number): Promise<number> {
  try {
    const { rows } = await pool.query<{ oldest: Date | null }>(sql);
    const oldest = rows[0]?.oldest;
    return oldest ? Math.max(0, clock() - oldest.getTime()) / 1000 : 0;
  } catch {
    return Number.NaN;
  }
}

async function readNumber(pool: Pool, sql: string): Promise<number> {
  const { rows } = await pool.query<{ value: number }>(sql).catch(() => ({ rows: [] }));
  return rows[0]?.value ?? Number.NaN;
}
