/** Metrics of every kind of job, read from its queue. */

import type { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';

export function createJobMetrics(pool: Pool, registers: Registry[]): void {
  new Gauge({
    name: 'audit_jobs_oldest_seconds',
    help: 'Age of the oldest job that is due and not done; 0 when there is none',
    labelNames: ['job'],
    registers,
    async collect() {
      this.reset();
      for (const { job, oldestSeconds } of await readQueues(pool)) this.set({ job }, oldestSeconds);
    },
  });
  new Gauge({
    name: 'audit_jobs_given_up',
    help: 'Jobs that failed for good, or too often',
    labelNames: ['job'],
    registers,
    async collect() {
      this.reset();
      for (const { job, givenUp } of await readQueues(pool)) this.set({ job }, givenUp);
    },
  });
}

interface Queue {
  job: string;
  oldestSeconds: number;
  givenUp: number;
}

/** Empty while the database is unreachable. */
async function readQueues(pool: Pool): Promise<Queue[]> {
  const { rows } = await pool
    .query<Queue>(
      `select q.name as job, count(*) filter (where j.state = 'failed')::float8 as "givenUp",
         coalesce(extract(epoch from clock_timestamp() - min(j.created_on) filter (
           where j.state in ('retry', 'active') or j.state = 'created' and j.start_after <= now())), 0)::float8
           as "oldestSeconds"
       from pgboss.queue q left join pgboss.job j on j.name = q.name
       group by q.name`,
    )
    .catch(() => ({ rows: [] }));
  return rows;
}
