/** The follower behind `event_targets`, the index from a target to its events. */

import { BinaryRows, copyRows } from '../../db/copy-rows.ts';
import type { Follower } from './follower.ts';

/** Long, because deleting the index of a large trail is slow. */
const clearTimeoutMs = 60 * 60_000;

export const targets: Follower = {
  name: 'targets',

  async apply(tx, events) {
    const rows = new BinaryRows();
    for (const { organizationId, seq, atMs, targets: named } of events) {
      for (const [index, { type, id }] of named.entries()) {
        // An event may name a target twice.
        if (named.findIndex((target) => target.type === type && target.id === id) < index) continue;
        rows.row(5).uuid(organizationId).text(type).text(id).time(atMs).bigint(seq);
      }
    }
    await copyRows(tx, 'event_targets (organization_id, target_type, target_id, at, seq)', rows);
  },

  async clear(tx, organizationId) {
    const statement = {
      text: 'delete from event_targets where organization_id = $1',
      values: [organizationId],
      query_timeout: clearTimeoutMs,
    };
    await tx.query(statement);
  },
};
