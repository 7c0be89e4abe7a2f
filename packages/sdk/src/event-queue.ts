/** Entries that wait for a request, oldest first, taken in batches. */

import type { AuditError } from './errors.ts';
import type { Acknowledgement } from './read-answer.ts';

/** An accepted event on its way. */
export interface Entry {
  readonly id: string;
  /** The event, serialized once: later changes to the caller's object change nothing. */
  readonly json: string;
  readonly bytes: number;
  /** When it was emitted, performance.now. */
  readonly at: number;
  /** Counts emissions of the client. */
  readonly number: number;
  readonly resolve: (acknowledgement: Acknowledgement) => void;
  /** Rejects the event's promise and reports it. */
  readonly reject: (error: AuditError) => void;
}

export interface BatchBounds {
  batchEventsMax: number;
  batchBytesMax: number;
}

const wrapping = ['{"events":[', ']}'] as const;
const wrappingBytes = wrapping.join('').length;
const compactFrom = 1_024;

/** The body of a request. */
export function bodyOf(batch: readonly Entry[]): string {
  return wrapping[0] + batch.map(({ json }) => json).join(',') + wrapping[1];
}

export class EventQueue {
  readonly #bounds: BatchBounds;
  #entries: Entry[] = [];
  /** Where the oldest stands; what lies before it was taken. */
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

  /** Whether a request could not take everything that waits. */
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

  /** The oldest entries that fit one request; at least one unless nothing waits. */
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

  /** The entries emitted at this time or before. */
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
