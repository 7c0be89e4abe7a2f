/** What /metrics tells, for Prometheus. */

import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export interface Metrics {
  registry: Registry;
  /** Events by how the ingest door answered: recorded, duplicate or rejected. */
  events: Counter<'status'>;
  commitSeconds: Histogram;
  commitEvents: Histogram;
  commitFailures: Counter;
}

/** Gauges are read when they are asked for. */
export function createMetrics(load: () => { waiting: number; writing: number }): Metrics {
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
