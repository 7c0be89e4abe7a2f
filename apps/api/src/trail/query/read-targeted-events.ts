/** Reads the events of one target. */

import type { TrailEvent } from '@liblab/audit-core';
import { readKeyNames } from './key-names.ts';
import { eventColumns, queryEvents, readEvent } from '../store/row-codec.ts';
import type { TrailContext } from '../store/trail-context.ts';

const eventsMax = 500;

/** The newest events of a target, newest first. Its index follows the trail, usually within a second. */
export async function readTargetedEvents(
  { db, catalogue }: TrailContext,
  organizationId: string,
  target: { type: string; id: string },
): Promise<TrailEvent[]> {
  const { rows } = await queryEvents(db.readers, {
    text: `select ${eventColumns}
     from (select seq from event_targets
           where organization_id = $1 and target_type = $2 and target_id = $3
           order by at desc, seq desc limit ${eventsMax}) t
     cross join lateral (select * from audit_events where organization_id = $1 and seq = t.seq offset 0) e`,
    values: [organizationId, target.type, target.id],
  });
  const keyNames = await readKeyNames(db.pool, rows);
  return rows.map((row) => readEvent(row, catalogue, keyNames));
}
