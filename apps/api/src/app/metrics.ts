/** What /metrics tells, for Prometheus. */

import type { Pool } from 'pg';
import { signerLock } from '../db/locks.ts';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export interface Metrics {
  registry: Registry;
  /** Events by how the ingest door answered: recorded, duplicate or rejected. */
  events: Counter<'status'>;
  commitSeconds: Histogram;
  commitEvents: Histogram;
  commitFailures: Counter;
}

/** Gauges are read when they are asked for; those of the database are left out while it does not answer. */
export function createMetrics(
  pool: Pool,
  load: () => { waiting: number; writing: number },
): Metrics {
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
      this.set(await readNumber(pool, oldestUnsigned));
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
      this.set(await readNumber(pool, oldestInOutbox));
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
  select coalesce(max(extract(epoch from clock_timestamp() - coalesce(e.logged_at, h.last_logged_at))), 0)::float8 as value
  from log_heads h left join audit_events e on e.organization_id = h.organization_id and e.seq = h.signed_size
  where h.size > h.signed_size`;

const signersAtWork = `
  select count(*)::float8 as value from pg_locks
  where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
    and classid = 0 and objid = ${signerLock} and granted`;

const oldestInOutbox = `
  select coalesce(extract(epoch from clock_timestamp() - min((event->>'occurredAt')::timestamptz)), 0)::float8 as value
  from outbox where organization_id is not null and refused is null`;

const refusedOfOutbox = 'select count(*)::float8 as value from outbox where refused is not null';

const oldestMail = `
  select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8 as value
  from mails where next_attempt_at < 'infinity'`;

const mailsGivenUp =
  "select count(*)::float8 as value from mails where next_attempt_at = 'infinity'";

const openAlarms = 'select count(*)::float8 as value from log_alarms where resolved_at is null';

async function readNumber(pool: Pool, sql: string): Promise<number> {
  const { rows } = await pool.query<{ value: number }>(sql).catch(() => ({ rows: [] }));
  return rows[0]?.value ?? Number.NaN;
}
