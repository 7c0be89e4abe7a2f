/** `EventQueue`: entries waiting for a request, oldest first, taken in batches. */

import type { AuditError } from './errors.ts';
import type { Acknowledgement } from './read-response.ts';

/** An accepted event. */
export interface Entry {
  readonly id: string;
  /** The event, serialized when it was emitted, so later changes to the caller's object have no effect. */
  readonly json: string;
  readonly bytes: number;
  /** When it was emitted (performance.now). */
  readonly at: number;
  /** The client's emission count at that time. */
  readonly number: number;
  readonly resolve: (acknowledgement: Acknowledgement) => void;
  /** Rejects the event's promise and reports it. */
  readonly reject: (error: AuditError) => void;
}

/** The limits of one request. */
export interface BatchBounds {
  batchEventsMax: number;
  batchBytesMax: number;
}

const [bodyStart, bodyEnd] = ['{"events":[', ']}'] as const;
const wrappingBytes = bodyStart.length + bodyEnd.length;
/** Taken entries are dropped from the array once there are this many. */
const compactFrom = 1_024;

/** The request body for a batch. */
export function bodyOf(batch: readonly Entry[]): string {
  return bodyStart + batch.map(({ json }) => json).join(',') + bodyEnd;
}

export class EventQueue {
  readonly #bounds: BatchBounds;
  #entries: Entry[] = [];
  /** Index of the oldest entry; those before it were taken. */
  #head = 0;
  #bytes = 0;

  constructor(bounds: BatchBounds) {
    this.#bounds = bounds;
  }

  get length(): number {
    return this.#entries.length - this.#head;
  }

  get oldest(): Entry | undefined {
    return this.#entries[this.#head];
  }

  /** Whether the waiting entries fill a request. */
  get fillsBatch(): boolean {
    const { batchEventsMax, batchBytesMax } = this.#bounds;
    return (
      this.length >= batchEventsMax || this.#bytes + this.length + wrappingBytes > batchBytesMax
    );
  }

  push(entry: Entry): void {
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
  }

  /** Removes the oldest entries that fit in one request; at least one unless the queue is empty. */
  take(): Entry[] {
    const { batchEventsMax, batchBytesMax } = this.#bounds;
    let end = this.#head;
    let bytes = wrappingBytes;
    while (end < this.#entries.length && end - this.#head < batchEventsMax) {
      const entry = this.#entries[end] as Entry;
      if (end > this.#head && bytes + entry.bytes + 1 > batchBytesMax) break;
      bytes += entry.bytes + 1;
      end += 1;
    }
    return this.#takeTo(end);
  }

  /** Removes the entries emitted at or before this time. */
  takeUntil(at: number): Entry[] {
    let end = this.#head;
    while (end < this.#entries.length && (this.#entries[end] as Entry).at <= at) end += 1;
    return this.#takeTo(end);
  }

  #takeTo(end: number): Entry[] {
    const taken = this.#entries.slice(this.#head, end);
    for (const { bytes } of taken) this.#bytes -= bytes;
    this.#head = end;
    if (this.#head >= compactFrom && this.#head * 2 >= this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    return taken;
  }
}
