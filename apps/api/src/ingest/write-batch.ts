/**
 * One append: lock the head, tell new events from repeats, give positions and a time, hash, store, commit.
 * The lock is held until the commit, so positions have no gaps and a lower one is never committed later.
 */

import { AppError, limits } from '@liblab/audit-core';
import { buildEntry, encodeBundle, leafHash } from '@liblab/audit-core/log';
import type { Pool, PoolClient } from 'pg';
import { isoTime } from '../events/iso-time.ts';
import { portalKey } from '../events/key-names.ts';
import { readEntriesAt } from '../events/read-entries.ts';
import { sha256 } from '../events/sha256.ts';
import type { ActorRefs } from './actor-refs.ts';
import { advanceTree, type EdgeCache } from './advance-tree.ts';
import { lockHead, type Head, type Repeat } from './lock-head.ts';
import type { PreparedEvent } from './prepare-event.ts';
import type { Appended, WriteBatch } from './sequencer.ts';
import { storeBatch, type PlacedEvent } from './store-batch.ts';

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

/** Trails whose right edge this process remembers, and addresses it has stored. Forgetting costs a read. */
const rememberedMax = 10_000;

/** Makes the sequencer's writer. */
export function createWriteBatch(options: WriteBatchOptions): WriteBatch {
  const { writers, actorRefs } = options;
  const edges: EdgeCache = new Map();
  const storedAddresses = new Set<string>();
  const familiar = new WeakSet<PoolClient>();

  /** A database that was restored, or that another took over from, has cut its connections. */
  function forgetBefore(client: PoolClient): void {
    if (familiar.has(client)) return;
    familiar.add(client);
    edges.clear();
    storedAddresses.clear();
  }

  return async function writeBatch(organizationId, events) {
    const client = await writers.connect();
    forgetBefore(client);
    try {
      const results = await append(client, organizationId, events);
      client.release();
      return results;
    } catch (error) {
      // The transaction's fate is unknown here: closing the connection rolls back what is not committed.
      client.release(true);
      edges.delete(organizationId);
      throw error;
    }
  };

  async function append(
    client: PoolClient,
    organizationId: string,
    events: readonly PreparedEvent[],
  ): Promise<Appended[]> {
    const head = await lockHead(client, organizationId, events);
    const { fresh, repeats } = sortOut(head, events);
    if (fresh.length === 0) await client.query('rollback');
    const placed =
      fresh.length > 0 ? await add(client, organizationId, head, fresh) : new Map<string, Placed>();
    await readLeafHashes(client, organizationId, repeats);
    return events.map((event) => answer(event, placed.get(event.id), repeats.get(event.id)));
  }

  async function add(
    client: PoolClient,
    organizationId: string,
    head: Head,
    fresh: readonly PreparedEvent[],
  ): Promise<Map<string, Placed>> {
    const times = logTimes(head, fresh, options);
    const entries = fresh.map((event, index) =>
      buildEntry({
        digests: event.digests,
        id: event.id,
        key: event.keyId ?? portalKey,
        loggedAt: isoTime(times[index] as number),
      }),
    );
    const leafHashes = entries.map((entry) => leafHash(entry, sha256));
    const tree = await advanceTree(client, organizationId, head, leafHashes, edges, (error) =>
      options.onDamage?.(organizationId, error),
    );
    const events = fresh.map((event, index) =>
      place(event, head.size + index, times[index] as number, actorRefs),
    );
    const actors = unseenActors(events, organizationId);
    await storeBatch(client, {
      organizationId,
      firstSeq: head.size,
      events,
      bundle: encodeBundle(entries),
      tiles: tree.tiles,
      head: {
        size: tree.size,
        frontier: tree.frontier,
        root: tree.root,
        loggedAtMs: times.at(-1) as number,
      },
      actors,
    });
    // Only now: what was remembered of a commit that failed would be wrong.
    if (tree.edge) edges.set(organizationId, tree.edge);
    else edges.delete(organizationId);
    if (edges.size > rememberedMax) edges.clear();
    if (storedAddresses.size > rememberedMax) storedAddresses.clear();
    for (const { address } of actors) storedAddresses.add(`${organizationId} ${address}`);
    options.onCommit?.(organizationId, events);
    return new Map(
      events.map(({ event, seq, loggedAtMs }, index) => [
        event.id,
        { event, seq, loggedAtMs, leafHash: leafHashes[index] as Uint8Array },
      ]),
    );
  }

  function unseenActors(events: readonly PlacedEvent[], organizationId: string) {
    const unseen = new Map<string, { ref: bigint; address: string }>();
    for (const { event, actorRef, behalfRef } of events) {
      for (const [address, ref] of [
        [event.actorAddress, actorRef],
        [event.behalfAddress, behalfRef],
      ] as const) {
        if (address === undefined || ref === undefined) continue;
        if (!storedAddresses.has(`${organizationId} ${address}`))
          unseen.set(address, { ref, address });
      }
    }
    return [...unseen.values()];
  }
}

interface Placed {
  event: PreparedEvent;
  seq: number;
  loggedAtMs: number;
  leafHash: Uint8Array;
}

/** Parts new events from repeats; of several with one id in the batch the first counts. */
function sortOut(head: Head, events: readonly PreparedEvent[]) {
  const repeats = new Map<string, Repeat>(head.known.map((known) => [known.id, known]));
  const fresh = new Map<string, PreparedEvent>();
  for (const event of events) {
    if (!repeats.has(event.id) && !fresh.has(event.id)) fresh.set(event.id, event);
  }
  return { fresh: [...fresh.values()], repeats };
}

/** The time of each event: the database's clock, never before the trail's last. */
function logTimes(
  head: Head,
  events: readonly PreparedEvent[],
  { clock, loggedAt }: WriteBatchOptions,
): number[] {
  let last = head.lastLoggedAtMs;
  if (!loggedAt) {
    const now = Math.max(head.nowMs, last);
    if (now > clock() + clockSkewMaxMs) {
      throw new AppError(
        'unavailable',
        'The clocks of the service and its database disagree by more than a minute.',
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

function place(
  event: PreparedEvent,
  seq: number,
  loggedAtMs: number,
  refs: ActorRefs,
): PlacedEvent {
  return {
    event,
    seq,
    loggedAtMs,
    atMs: Math.min(event.occurredAtMs, loggedAtMs),
    late: loggedAtMs - event.occurredAtMs > limits.lateAfterMs,
    actorRef: refs.of(event.actorAddress),
    behalfRef: event.behalfAddress === undefined ? undefined : refs.of(event.behalfAddress),
  };
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
    if (!entry) throw new Error(`Position ${repeat.seq} of ${organizationId} has no entry.`);
    repeat.leafHash = leafHash(entry, sha256);
  }
}

function answer(
  event: PreparedEvent,
  placed: Placed | undefined,
  repeat: Repeat | undefined,
): Appended {
  const first = placed ?? repeat;
  if (!first?.leafHash) throw new Error(`Event ${event.id} was neither stored nor known.`);
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
