/**
 * Appends a batch to a trail: locks the head, finds repeats, assigns positions and times, hashes, stores and commits.
 * Holds the head's lock until commit, so positions have no gaps and are committed in order.
 */

import { AppError } from '@liblab/audit-core';
import { buildEntry, encodeBundle, leafHash } from '@liblab/audit-core/log';
import { DatabaseError, type Pool, type PoolClient } from 'pg';
import { readEntriesAt } from '../store/read-entries.ts';
import { sha256 } from '../store/sha256.ts';
import type { ActorRefs } from '../store/actor-refs.ts';
import { entryKey, placeEvent, type PlacedEvent, type PreparedEvent } from '../store/row-codec.ts';
import { storeBatch } from '../store/store-batch.ts';
import { advanceTree } from './advance-tree.ts';
import { isoTime } from './iso-time.ts';
import { lockHead, type Head, type Repeat } from './lock-head.ts';
import type { Appended, WriteBatch } from './sequencer.ts';
import { TrailMemory, type TrailState } from './trail-memory.ts';

export interface WriteBatchOptions {
  writers: Pool;
  actorRefs: ActorRefs;
  /** This process's clock, milliseconds. */
  clock: () => number;
  /** Called after each commit with the added events, in order. A hint for followers. */
  onCommit?: (organizationId: string, events: readonly PlacedEvent[]) => void;
  /** Called when a trail's stored rows do not match its head. */
  onDamage?: (organizationId: string, error: Error) => void;
  /** Overrides the database's clock as the time an event is logged. Only for the demo, which covers 90 days. */
  loggedAt?: (event: PreparedEvent) => number;
}

/** Appends fail when the database's clock is further ahead of this process's clock than this. */
const clockSkewMaxMs = 60_000;

/** Creates the sequencer's `WriteBatch`. */
export function createWriteBatch(options: WriteBatchOptions): WriteBatch {
  const { writers, actorRefs } = options;
  const memory = new TrailMemory();
  /** How far the database's clock is ahead of this process's. */
  let aheadMs = 0;

  return async function writeBatch(organizationId, events) {
    const client = await writers.connect();
    memory.onConnection(client);
    try {
      const results =
        (await appendUnlocked(client, organizationId, events)) ??
        (await appendLocked(client, organizationId, events));
      client.release();
      return results;
    } catch (error) {
      // Closing the connection rolls back, unless the commit has already succeeded.
      client.release(true);
      memory.forget(organizationId);
      throw error;
    }
  };

  /**
   * Appends to the cached head in one round trip, without locking it first. Undefined when nothing was stored: another
   * process has appended, an event is stored already, or the clocks have drifted apart.
   */
  async function appendUnlocked(
    client: PoolClient,
    organizationId: string,
    events: readonly PreparedEvent[],
  ): Promise<Appended[] | undefined> {
    const state = memory.get(organizationId);
    if (!state?.soleWriter) return undefined;
    const nowMs = options.clock() + aheadMs;
    try {
      const head = { ...state, nowMs };
      const placed = await add(client, organizationId, head, newIn(events), nowMs);
      return events.map((event) => resultOf(event, placed.get(event.id), undefined));
    } catch (error) {
      if (isConflict(error)) return undefined;
      throw error;
    }
  }

  /** Locks the head and reads the time and the stored ids from the database, then appends. */
  async function appendLocked(
    client: PoolClient,
    organizationId: string,
    events: readonly PreparedEvent[],
  ): Promise<Appended[]> {
    const head = await lockHead(client, organizationId, events);
    aheadMs = head.nowMs - options.clock();
    const state = memory.get(organizationId);
    const isCurrent = state?.size === head.size && head.frontier.equals(state.frontier);
    if (!isCurrent) memory.forget(organizationId);
    const repeats = new Map<string, Repeat>(head.known.map((known) => [known.id, known]));
    const fresh = newIn(events, repeats);
    if (fresh.length === 0) await client.query('rollback');
    const trail = {
      ...head,
      edge: isCurrent ? state.edge : undefined,
      soleWriter: !state || isCurrent,
    };
    const placed =
      fresh.length > 0
        ? await add(client, organizationId, trail, fresh)
        : new Map<string, Placed>();
    await readLeafHashes(client, organizationId, repeats);
    return events.map((event) => resultOf(event, placed.get(event.id), repeats.get(event.id)));
  }

  async function add(
    client: PoolClient,
    organizationId: string,
    head: TrailState & { nowMs: number },
    fresh: readonly PreparedEvent[],
    assumedNowMs?: number,
  ): Promise<Map<string, Placed>> {
    const times = logTimes(head, fresh, options);
    const entries = fresh.map((event, index) =>
      buildEntry({
        digests: event.digests,
        id: event.id,
        key: entryKey(event.keyId),
        loggedAt: isoTime(times[index] as number),
      }),
    );
    const leafHashes = entries.map((entry) => leafHash(entry, sha256));
    const { size, frontier, root, tiles, edge } = await advanceTree(
      client,
      organizationId,
      head,
      leafHashes,
      (error) => options.onDamage?.(organizationId, error),
    );
    const events = fresh.map((event, index) =>
      placeEvent(event, head.size + index, times[index] as number, actorRefs),
    );
    const actors = memory.newActors(organizationId, events);
    const lastLoggedAtMs = times.at(-1) as number;
    const batch = {
      organizationId,
      from: head,
      assumedNowMs,
      events,
      bundle: encodeBundle(entries),
      tiles,
      head: { size, frontier, root, loggedAtMs: lastLoggedAtMs },
      actors,
    };
    aheadMs = await storeBatch(client, batch, options.clock);
    // Cached only after the commit, because it may fail.
    const { soleWriter } = head;
    memory.set(organizationId, { size, frontier, lastLoggedAtMs, edge, soleWriter });
    memory.addActors(organizationId, actors);
    options.onCommit?.(organizationId, events);
    return new Map(
      events.map(({ event, seq, loggedAtMs }, index) => [
        event.id,
        { event, seq, loggedAtMs, leafHash: leafHashes[index] as Uint8Array },
      ]),
    );
  }
}

interface Placed {
  event: PreparedEvent;
  seq: number;
  loggedAtMs: number;
  leafHash: Uint8Array;
}

/** The events that are not stored already; the first of several with the same id. */
function newIn(
  events: readonly PreparedEvent[],
  stored?: ReadonlyMap<string, unknown>,
): PreparedEvent[] {
  const fresh = new Map<string, PreparedEvent>();
  for (const event of events) {
    if (!stored?.has(event.id) && !fresh.has(event.id)) fresh.set(event.id, event);
  }
  return [...fresh.values()];
}

/** Whether nothing was stored because the head differs or an id or position is taken. */
function isConflict(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === '23502' || error.code === '23505');
}

/** The time of each event by the database's clock, never before that of the trail's last event. */
function logTimes(
  head: Pick<Head, 'nowMs' | 'lastLoggedAtMs'>,
  events: readonly PreparedEvent[],
  { clock, loggedAt }: WriteBatchOptions,
): number[] {
  let last = head.lastLoggedAtMs;
  if (!loggedAt) {
    const now = Math.max(head.nowMs, last);
    if (now > clock() + clockSkewMaxMs) {
      throw new AppError(
        'unavailable',
        'The clocks of the service and its database differ by more than a minute. An operator must correct them.',
        {
          retryAfterSeconds: 30,
          detail: { databaseMs: head.nowMs, lastLoggedAtMs: last },
        },
      );
    }
    return events.map(() => now);
  }
  return events.map((event) => (last = Math.max(last, loggedAt(event))));
}

/** Hashes the stored entries of repeats, so that a repeat gets the same acknowledgement. */
async function readLeafHashes(
  client: PoolClient,
  organizationId: string,
  repeats: Map<string, Repeat>,
): Promise<void> {
  if (repeats.size === 0) return;
  const seqs = [...repeats.values()].map((repeat) => repeat.seq);
  const entries = await readEntriesAt(client, organizationId, seqs);
  for (const repeat of repeats.values()) {
    const entry = entries.get(repeat.seq);
    if (!entry) throw new Error(`Position ${repeat.seq} of trail ${organizationId} has no entry.`);
    repeat.leafHash = leafHash(entry, sha256);
  }
}

function resultOf(
  event: PreparedEvent,
  placed: Placed | undefined,
  repeat: Repeat | undefined,
): Appended {
  const first = placed ?? repeat;
  if (!first?.leafHash) throw new Error(`Event ${event.id} was neither stored nor a duplicate.`);
  const { seq, loggedAtMs } = first;
  const leafHash = Buffer.from(first.leafHash);
  if (placed?.event === event) return { status: 'recorded', seq, leafHash, loggedAtMs };
  const stored = placed ? placed.event.contentMac.stored.toString('hex') : repeat?.mac;
  if (stored !== undefined && event.contentMac.accepted.includes(stored)) {
    return { status: 'duplicate', seq, leafHash, loggedAtMs };
  }
  return {
    status: 'rejected',
    code: 'id_reused',
    message: 'was already used for an event with other content; give each event its own id',
  };
}
