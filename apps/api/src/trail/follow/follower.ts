/** What a follower is: a projection that reads each trail by position, and that can be rebuilt from it. */

import type { Catalogue, Target, TrailEvent } from '@liblab/audit-core';
import type { PoolClient } from 'pg';
import { readEvent, rowOf, type EventRow, type PlacedEvent } from '../store/row-codec.ts';

export interface Follower {
  /** Identifies its positions in `projections`, and its metric. */
  name: string;
  /**
   * Adds the next events of one trail, in order and without gaps; never empty. `tx` also moves the follower's position:
   * when it is rolled back, the same events come again. Throws to be retried.
   */
  apply(tx: PoolClient, events: readonly FollowedEvent[]): Promise<void>;
  /** Removes everything that `apply` added for a trail. A rebuild then applies the trail from position 0. */
  clear(tx: PoolClient, organizationId: string): Promise<void>;
}

export interface FollowedEvent {
  organizationId: string;
  seq: number;
  /** Milliseconds since 1970; the trail is sorted by it. */
  atMs: number;
  targets: readonly Target[];
  /** The whole event. The key that reported it has its id as its name. */
  read(): TrailEvent;
}

/** An event that this process has just committed. */
export function committedEvent(
  organizationId: string,
  placed: PlacedEvent,
  catalogue: Catalogue,
): FollowedEvent {
  return {
    organizationId,
    seq: placed.seq,
    atMs: placed.atMs,
    targets: placed.event.targets,
    read: () => readEvent(rowOf(organizationId, placed), catalogue, noNames),
  };
}

/** An event that was read back. */
export function storedEvent(row: EventRow, catalogue: Catalogue): FollowedEvent {
  const event = readEvent(row, catalogue, noNames);
  return {
    organizationId: row.organization_id,
    seq: row.seq,
    atMs: Date.parse(row.at),
    targets: event.targets,
    read: () => event,
  };
}

const noNames: ReadonlyMap<string, string> = new Map();
