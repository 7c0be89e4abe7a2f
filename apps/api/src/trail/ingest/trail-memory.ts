/** A process's cache of the trails it writes to. A missing entry costs a read; the database rejects a stale one. */

import type { PoolClient } from 'pg';
import type { Edge } from './advance-tree.ts';
import type { PlacedEvent } from '../store/row-codec.ts';

/** A trail after this process's last commit to it. */
export interface TrailState {
  size: number;
  frontier: Uint8Array;
  lastLoggedAtMs: number;
  edge: Edge | undefined;
  /** No other process appended between this commit and the previous one. */
  soleWriter: boolean;
}

export interface Actor {
  ref: bigint;
  address: string;
}

const cachedMax = 10_000;

export class TrailMemory {
  readonly #trails = new Map<string, TrailState>();
  readonly #addresses = new Set<string>();
  readonly #connections = new WeakSet<PoolClient>();

  /** Clears the cache on a new connection: a restore or a failover of the database closes the old connections. */
  onConnection(client: PoolClient): void {
    if (this.#connections.has(client)) return;
    this.#connections.add(client);
    this.#trails.clear();
    this.#addresses.clear();
  }

  get(organizationId: string): TrailState | undefined {
    return this.#trails.get(organizationId);
  }

  /** Evicts the least recently written trail when the cache is full. */
  set(organizationId: string, state: TrailState): void {
    this.#trails.delete(organizationId);
    this.#trails.set(organizationId, state);
    const [oldest] = this.#trails.keys();
    if (oldest !== undefined && this.#trails.size > cachedMax) this.#trails.delete(oldest);
  }

  forget(organizationId: string): void {
    this.#trails.delete(organizationId);
  }

  /** The events' actors that are not known to be stored, without repeats. */
  newActors(organizationId: string, events: readonly PlacedEvent[]): Actor[] {
    const actors = new Map<string, Actor>();
    for (const { event, actorRef, behalfRef } of events) {
      for (const [address, ref] of [
        [event.actorAddress, actorRef],
        [event.behalfAddress, behalfRef],
      ] as const) {
        if (address === undefined || ref === undefined) continue;
        if (!this.#addresses.has(`${organizationId} ${address}`)) {
          actors.set(address, { ref, address });
        }
      }
    }
    return [...actors.values()];
  }

  addActors(organizationId: string, actors: readonly Actor[]): void {
    if (this.#addresses.size > cachedMax) this.#addresses.clear();
    for (const { address } of actors) this.#addresses.add(`${organizationId} ${address}`);
  }
}
