/** How far the followers are behind, for Prometheus. */

import type { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';
import type { Follower } from './follower.ts';

export interface LagMetricOptions {
  pool: Pool;
  /** Milliseconds since 1970. */
  clock: () => number;
  followers: readonly Follower[];
  registers: Registry[];
}

/** Seconds, not events: a follower that is stuck in a quiet trail lags by few events and by many hours. */
export function createLagMetric({ pool, clock, followers, registers }: LagMetricOptions): void {
  const names = followers.map(({ name }) => name);
  new Gauge({
    name: 'audit_follower_lag_seconds',
    help: 'Age of the oldest event that the follower has not applied, of all trails; 0 when there is none',
    labelNames: ['follower'],
    registers,
    async collect() {
      const oldest = await readOldest(pool, names).catch(() => undefined);
      const nowMs = clock();
      for (const name of names) {
        const lagMs = oldest ? Math.max(0, nowMs - (oldest.get(name) ?? nowMs)) : Number.NaN;
        this.set({ follower: name }, lagMs / 1000);
      }
    },
  });
}

/** When the oldest event that each follower has not applied was logged, milliseconds since 1970. */
async function readOldest(pool: Pool, names: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ name: string; oldest: Date }>(
    `select f.name, min(coalesce(e.logged_at, h.last_logged_at)) as oldest
     from unnest($1::text[]) as f (name)
     cross join log_heads h
     left join projections p on p.organization_id = h.organization_id and p.name = f.name
     left join audit_events e on e.organization_id = h.organization_id and e.seq = coalesce(p.next_seq, 0)
     where h.size > coalesce(p.next_seq, 0)
     group by f.name`,
    [names],
  );
  return new Map(rows.map(({ name, oldest }) => [name, oldest.getTime()]));
}
