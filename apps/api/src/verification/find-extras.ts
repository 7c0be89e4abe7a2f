/** Finds rows that belong to no position of the trail. */

import type { ClientBase } from 'pg';
import type { Findings } from './findings.ts';

/** `size` counts every position of the trail, also those with findings. */
export async function findExtras(
  client: ClientBase,
  organizationId: string,
  size: number,
  findings: Findings,
): Promise<void> {
  const events = await client.query<{ seq: string }>(
    `select seq from audit_events where organization_id = $1 and (seq < 0 or seq >= $2) order by seq limit 1`,
    [organizationId, size],
  );
  for (const { seq } of events.rows) {
    findings.add('event', Number(seq), 'The event has no entry.');
  }
  const tiles = await client.query<{ level: number; index: string }>(
    `select level, index from log_tiles
     where organization_id = $1
       and (level not between 0 and 6 or index < 0 or (index::numeric + 1) * 256::numeric ^ (level + 1) > $2::numeric)
     limit 1`,
    [organizationId, size],
  );
  for (const { level, index } of tiles.rows) {
    findings.add('tile', size, `Tile ${index} of level ${level} does not belong to the log.`);
  }
  const actors = await client.query<{ ref: string }>(
    `select ref from actors a where organization_id = $1
       and not exists (select from audit_events e where e.organization_id = $1 and e.actor_ref = a.ref)
       and not exists (select from audit_events e where e.organization_id = $1 and e.behalf_ref = a.ref)
     limit 1`,
    [organizationId],
  );
  if (actors.rows.length > 0) {
    findings.add('actor', undefined, 'An actor is stored that no event mentions.');
  }
}
