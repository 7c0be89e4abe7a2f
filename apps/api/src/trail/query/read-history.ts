/** Reads the history of a person or a key: acts on them, by them, and on their behalf. */

import type { TrailEvent } from '@liblab/audit-core';
import { readKeyNames } from './key-names.ts';
import type { ActorRefs } from '../store/actor-refs.ts';
import { eventColumns, queryEvents, readEvent } from '../store/row-codec.ts';
import type { TrailContext } from '../store/trail-context.ts';

const eventsMax = 200;
/** How many of the newest events are searched for those that a key reported, because no index covers these. */
const reportsMax = 5_000;

export interface HistoryContext extends TrailContext {
  actorRefs: ActorRefs;
}

export interface HistorySubject {
  target: { type: string; id: string };
  /** The subject's `addressOf`: finds acts by the subject and on the subject's behalf. */
  address?: string | undefined;
  /** Finds all events that this key reported, among the newest 5,000. */
  keyId?: string;
}

/** The newest 200 events, newest first. */
export async function readHistory(
  { db, catalogue, actorRefs }: HistoryContext,
  organizationId: string,
  { target, address, keyId }: HistorySubject,
): Promise<TrailEvent[]> {
  const newest = `order by at desc, seq desc limit ${eventsMax}`;
  const { rows } = await queryEvents(db.readers, {
    text: `select ${eventColumns}
     from (
       select seq, at from (
         (select seq, at from event_targets
          where organization_id = $1 and target_type = $2 and target_id = $3 ${newest})
         union
         (select seq, at from audit_events where organization_id = $1 and actor_ref = $4 ${newest})
         union
         (select seq, at from audit_events where organization_id = $1 and behalf_ref = $4 ${newest})
         union
         (select seq, at from (
            select seq, at, key_id from audit_events
            where organization_id = $1 and $5::uuid is not null order by at desc, seq desc limit ${reportsMax}) reports
          where key_id = $5 ${newest})
       ) found ${newest}) t
     cross join lateral (select * from audit_events where organization_id = $1 and seq = t.seq offset 0) e
     order by e.at desc, e.seq desc`,
    values: [
      organizationId,
      target.type,
      target.id,
      address === undefined ? null : actorRefs.of(address).toString(),
      keyId ?? null,
    ],
  });
  const keyNames = await readKeyNames(db.pool, rows);
  return rows.map((row) => readEvent(row, catalogue, keyNames));
}
