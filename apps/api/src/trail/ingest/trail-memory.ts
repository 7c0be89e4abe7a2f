/** What a process remembers of the trails it writes to. Forgetting costs a read; what is wrong the database refuses. */

import type { PoolClient } from 'pg';
import type { Edge } from './advance-tree.ts';
import type { PlacedEvent } from '../store/row-codec.ts';

/** A trail as a commit of this process left it. */
export interface Left {
  size: number;
  frontier: Uint8Array;
  lastLoggedAtMs: number;
  edge: Edge | undefined;
  /** No other process appended between this commit and the one before. */
  undisturbed: boolean;
}

export interface Actor {
  ref: bigint;
  address: string;
}

const rememberedMax = 10_000;

export class TrailMemory {
  readonly #trails = new Map<string, Left>();
  readonly #addresses = new Set<string>();
  readonly #familiar = new WeakSet<PoolClient>();

  /** Forgets all at a new connection: a database that was restored, or that another took over from, has cut the old. */
  meet(client: PoolClient): void {
    if (this.#familiar.has(client)) return;
    this.#familiar.add(client);
    this.#trails.clear();
    this.#addresses.clear();
  }

  get(organizationId: string): Left | undefined {
    return this.#trails.get(organizationId);
  }

  /** The longest untouched is forgotten first. */
  set(organizationId: string, left: Left): void {
    this.#trails.delete(organizationId);
    this.#trails.set(organizationId, left);
    const [oldest] = this.#trails.keys();
    if (oldest !== undefined && this.#trails.size > rememberedMax) this.#trails.delete(oldest);
  }

  forget(organizationId: string): void {
    this.#trails.delete(organizationId);
  }

  /** Who acts in the events and is not known to be stored, each once. */
  unseenActors(organizationId: string, events: readonly PlacedEvent[]): Actor[] {
    const unseen = new Map<string, Actor>();
    for (const { event, actorRef, behalfRef } of events) {
      for (const [address, ref] of [
        [event.actorAddress, actorRef],
        [event.behalfAddress, behalfRef],
      ] as const) {
        if (address === undefined || ref === undefined) continue;
        if (!this.#addresses.has(`${organizationId} ${address}`)) {
          unseen.set(address, { ref, address });
        }
      }
    }
    return [...unseen.values()];
  }

  storedActors(organizationId: string, actors: readonly Actor[]): void {
    if (this.#addresses.size > rememberedMax) this.#addresses.clear();
    for (const { address } of actors) this.#addresses.add(`${organizationId} ${address}`);
  }
}
