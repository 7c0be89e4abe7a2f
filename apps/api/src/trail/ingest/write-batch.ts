/**
 * One append: take the head, tell new events from repeats, give positions and a time, hash, store, commit.
 * The head's lock is held until the commit, so positions have no gaps and a lower one is never committed later.
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
import { TrailMemory, type Left } from './trail-memory.ts';

export interface WriteBatchOptions {
  writers: Pool;
  actorRefs: ActorRefs;
  /** This process's clock, milliseconds. */
  clock: () => number;
  /** Called after each commit with what it added, in order. A hint for those who follow the trail. */
  onCommit?: (organizationId: string, events: readonly PlacedEvent[]) => void;
  /** Told when a trail's stored rows are not those that its head was built from. */
  onDamage?: (organizationId: string, error: Error) => void;
  /** When an event is said to be logged, instead of the database's clock: the demo tells a story of 90 days. */
  loggedAt?: (event: PreparedEvent) => number;
}

/** Postgres' clock may be this far ahead of ours before we refuse to log by it. */
const clockSkewMaxMs = 60_000;

/** Makes the sequencer's writer. */
export function createWriteBatch(options: WriteBatchOptions): WriteBatch {
  const { writers, actorRefs } = options;
  const memory = new TrailMemory();
  /** How far the database's clock is ahead of ours. */
  let aheadMs = 0;

  return async function writeBatch(organizationId, events) {
    const client = await writers.connect();
    memory.meet(client);
    try {
      const results =
        (await appendAhead(client, organizationId, events)) ??
        (await appendLocked(client, organizationId, events));
      client.release();
      return results;
    } catch (error) {
      // The transaction's fate is unknown here: closing the connection rolls back what is not committed.
      client.release(true);
      memory.forget(organizationId);
      throw error;
    }
  };

  /**
   * Appends to the head as the last commit left it, in one flight and without asking. Undefined when nothing was stored:
   * somebody else has appended, an event is stored already, or the clocks went apart.
   */
  async function appendAhead(
    client: PoolClient,
    organizationId: string,
    events: readonly PreparedEvent[],
  ): Promise<Appended[] | undefined> {
    const left = memory.get(organizationId);
    if (!left?.undisturbed) return undefined;
    const nowMs = options.clock() + aheadMs;
    try {
      const head = { ...left, nowMs };
      const placed = await add(client, organizationId, head, newIn(events), nowMs);
      return events.map((event) => answer(event, placed.get(event.id), undefined));
    } catch (error) {
      if (isConflict(error)) return undefined;
      throw error;
    }
  }

  /** The same under the head's lock: what is stored and what time it is, the database has said. */
  async function appendLocked(
    client: PoolClient,
    organizationId: string,
    events: readonly PreparedEvent[],
  ): Promise<Appended[]> {
    const head = await lockHead(client, organizationId, events);
    aheadMs = head.nowMs - options.clock();
    const left = memory.get(organizationId);
    const same = left?.size === head.size && head.frontier.equals(left.frontier);
    if (!same) memory.forget(organizationId);
    const repeats = new Map<string, Repeat>(head.known.map((known) => [known.id, known]));
    const fresh = newIn(events, repeats);
    if (fresh.length === 0) await client.query('rollback');
    const trail = { ...head, edge: same ? left.edge : undefined, undisturbed: !left || same };
    const placed =
      fresh.length > 0
        ? await add(client, organizationId, trail, fresh)
        : new Map<string, Placed>();
    await readLeafHashes(client, organizationId, repeats);
    return events.map((event) => answer(event, placed.get(event.id), repeats.get(event.id)));
  }

  async function add(
    client: PoolClient,
    organizationId: string,
    head: Left & { nowMs: number },
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
    const actors = memory.unseenActors(organizationId, events);
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
    // Only now: what was remembered of a commit that failed would be wrong.
    const { undisturbed } = head;
    memory.set(organizationId, { size, frontier, lastLoggedAtMs, edge, undisturbed });
    memory.storedActors(organizationId, actors);
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

/** The events that are not stored already; of several with one id the first counts. */
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

/** The head was another, or an id or a position is taken: nothing was stored. */
function isConflict(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === '23502' || error.code === '23505');
}

/** The time of each event: by the database's clock, never before the trail's last. */
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

/** Hashes the stored entries of repeats: an acknowledgement is the same however often it is asked for. */
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

function answer(
  event: PreparedEvent,
  placed: Placed | undefined,
  repeat: Repeat | undefined,
): Appended {
  const first = placed ?? repeat;
  if (!first?.leafHash) throw new Error(`Event ${event.id} was neither stored nor a duplicate.`);
  const { seq, loggedAtMs } = first;
  const leafHash = Buffer.from(first.leafHash);
  if (placed?.event === event) return { status: 'recorded', seq, leafHash, loggedAtMs };
  const mac = event.contentMac.toString('hex');
  if (mac === (placed ? placed.event.contentMac.toString('hex') : repeat?.mac)) {
    return { status: 'duplicate', seq, leafHash, loggedAtMs };
  }
  return {
    status: 'rejected',
    code: 'id_reused',
    message: 'was used before with other content; give each event an id of its own',
  };
}
