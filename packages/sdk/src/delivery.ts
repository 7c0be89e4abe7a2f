/**
 * Takes events from memory to the server: batches, several requests at a time, retries until the give-up time.
 * Every accepted event is settled exactly once, by its acknowledgement or an error.
 */

import type { SentEvent } from '@liblab/audit-core';
import {
  ClosedError,
  NotSentError,
  QueueFullError,
  TimeoutError,
  type AuditError,
} from './errors.ts';
import { EventQueue, type Entry } from './event-queue.ts';
import { Flight } from './flight.ts';
import { ProcessHold } from './hold-process.ts';
import type { CheckedOptions } from './options.ts';
import { Transport } from './transport.ts';

/** Waits for the events that were accepted before it began. */
interface Waiter {
  before: number;
  remaining: number;
  done: () => void;
}

/** More than closing sockets takes. */
const drainMs = 1_000;

export class Delivery {
  readonly #options: CheckedOptions;
  readonly #transport: Transport;
  readonly #hold: ProcessHold;
  readonly #queue: EventQueue;
  readonly #flights = new Set<Flight>();
  /** Accepted and not settled, in order of emission. */
  readonly #pending = new Set<Entry>();
  #pendingBytes = 0;
  #accepted = 0;
  readonly #waiters = new Set<Waiter>();
  /** No request is made before this time: a Retry-After speaks to the whole client. */
  #pausedUntil = 0;
  #pumpScheduled = false;
  #lingering: NodeJS.Timeout | undefined;
  #expiring: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: CheckedOptions) {
    this.#options = options;
    this.#transport = new Transport(options);
    this.#queue = new EventQueue(options);
    this.#hold = new ProcessHold({
      expired: () => this.#letGo(),
      exit: () => this.#abandon('The process ended'),
    });
  }

  /** Accepted and not yet acknowledged or rejected. */
  get unsent(): number {
    return this.#pending.size;
  }

  /** Why an event of this size cannot be accepted now. */
  refusal(bytes: number): AuditError | undefined {
    if (this.#closing) return new ClosedError('The client was closed; emit before close().');
    const { queueEventsMax, queueBytesMax } = this.#options;
    if (this.#pending.size < queueEventsMax && this.#pendingBytes + bytes <= queueBytesMax) return;
    return new QueueFullError(
      `${this.#pending.size} events (${this.#pendingBytes} bytes) wait for acknowledgement; the limit is ${queueEventsMax} events and ${queueBytesMax} bytes. Await emit, or raise queueEventsMax or queueBytesMax.`,
    );
  }

  /** Takes charge of an event for which `refusal` had nothing to say. */
  accept(entry: Omit<Entry, 'at' | 'number'>): void {
    const at = performance.now();
    const { id, json, bytes, resolve, reject } = entry;
    const accepted: Entry = { id, json, bytes, resolve, reject, at, number: this.#accepted };
    this.#accepted += 1;
    this.#pending.add(accepted);
    this.#pendingBytes += bytes;
    this.#queue.push(accepted);
    this.#hold.extend(at);
    this.#expiring ??= this.#armExpiry();
    // At the end of the tick, so that events emitted together travel together and the caller is not kept.
    if (this.#pumpScheduled) return;
    this.#pumpScheduled = true;
    setImmediate(() => {
      this.#pumpScheduled = false;
      this.#pump();
    });
  }

  /** Resolves when all events accepted so far are settled, either way. Throws TimeoutError. */
  flush(timeoutMs: number): Promise<void> {
    if (this.#pending.size === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      // Holds the process: somebody waits.
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(
          new TimeoutError(
            `${waiter.remaining} events were still unsent after ${timeoutMs} ms; they are kept and retried.`,
          ),
        );
      }, timeoutMs);
      const done = () => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        resolve();
      };
      const waiter: Waiter = { before: this.#accepted, remaining: this.#pending.size, done };
      this.#waiters.add(waiter);
      this.#pump();
    });
  }

  /** Accepts nothing more, and gives what is unsent this much time. Throws NotSentError. */
  close(timeoutMs: number): Promise<void> {
    this.#closing ??= this.#close(timeoutMs);
    return this.#closing;
  }

  async #close(timeoutMs: number): Promise<void> {
    for (const flight of this.#flights) flight.hurry();
    try {
      await this.flush(timeoutMs);
    } catch {
      const error = this.#abandon(`The client was closed after ${timeoutMs} ms`);
      if (error) throw error;
    } finally {
      this.#transport.close();
      clearTimeout(this.#expiring);
      clearTimeout(this.#lingering);
    }
  }

  /** Rejects all that is unsent. */
  #abandon(why: string): NotSentError | undefined {
    const entries = [...this.#pending];
    if (entries.length === 0) return undefined;
    const error = new NotSentError(
      `${why} before ${entries.length} events were acknowledged; they are in \`events\`. ` +
        'To give them longer, await close() with a timeoutMs.',
      entries.map(({ json }) => JSON.parse(json) as SentEvent),
    );
    for (const entry of entries) this.#reject(entry, error);
    return error;
  }

  /** Starts requests while there are slots and reason to. */
  #pump(): void {
    const { inFlightMax, lingerMs } = this.#options;
    while (this.#queue.oldest && this.#flights.size < inFlightMax) {
      // While a request is under way its answer is a good moment for the next: small batches cost the server most.
      const lingered = this.#queue.oldest.at + lingerMs - performance.now();
      const now = this.#flights.size === 0 || this.#queue.fillsBatch || this.#waiters.size > 0;
      if (!now && lingered > 0) {
        this.#lingering ??= setTimeout(() => {
          this.#lingering = undefined;
          this.#pump();
        }, lingered).unref();
        return;
      }
      void this.#launch(this.#queue.take());
    }
  }

  async #launch(entries: Entry[]): Promise<void> {
    const flight = new Flight(entries, {
      options: this.#options,
      transport: this.#transport,
      pausedUntil: () => this.#pausedUntil,
      failed: (error) => this.#slowDown(error),
      isPending: (entry) => this.#pending.has(entry),
      resolve: (entry, acknowledgement) => {
        if (this.#settle(entry)) entry.resolve(acknowledgement);
      },
      reject: (entry, error) => this.#reject(entry, error),
    });
    this.#flights.add(flight);
    await flight.run();
    this.#flights.delete(flight);
    this.#pump();
  }

  #slowDown({ retryAfterMs }: AuditError): void {
    // Beyond the give-up time no event of today waits for it, and those of tomorrow should not either.
    if (retryAfterMs !== undefined)
      this.#pause(Math.min(retryAfterMs, this.#options.giveUpAfterMs));
    if (!this.#hold.held) this.#letGo();
  }

  /**
   * Lets the process end if nothing else keeps it: attempts that the system counts as alive end together, and the next
   * ones wait long enough for the event loop to run dry.
   */
  #letGo(): void {
    this.#transport.dropUnsent();
    this.#pause(drainMs);
  }

  #pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + ms);
  }

  #reject(entry: Entry, error: AuditError): void {
    if (this.#settle(entry)) entry.reject(error);
  }

  #settle(entry: Entry): boolean {
    if (!this.#pending.delete(entry)) return false;
    this.#pendingBytes -= entry.bytes;
    if (this.#pending.size === 0) this.#hold.release();
    for (const waiter of this.#waiters) {
      if (entry.number < waiter.before && --waiter.remaining === 0) waiter.done();
    }
    return true;
  }

  /** One timer for the queue: fires when its oldest event has waited for its give-up time. */
  #armExpiry(): NodeJS.Timeout | undefined {
    const { oldest } = this.#queue;
    if (!oldest) return undefined;
    const { giveUpAfterMs } = this.#options;
    return setTimeout(
      () => {
        const expired = this.#queue.takeUntil(performance.now() - giveUpAfterMs);
        for (const entry of expired) {
          this.#reject(
            entry,
            new TimeoutError(`Not sent within ${giveUpAfterMs} ms: all requests were busy.`),
          );
        }
        this.#expiring = this.#armExpiry();
      },
      Math.max(1, Math.ceil(oldest.at + giveUpAfterMs - performance.now())),
    ).unref();
  }
}
