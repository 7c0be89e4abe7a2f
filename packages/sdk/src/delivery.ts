/**
 * `Delivery`: queues events and sends them in batches, several requests at a time, retrying until the give-up time.
 * Settles every accepted event exactly once: with its acknowledgement or an error.
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
import { BatchSender } from './batch-sender.ts';
import { ProcessKeepAlive } from './process-keep-alive.ts';
import type { CheckedOptions } from './options.ts';
import { Transport } from './transport.ts';

/** Waits for the events accepted before it was created. */
interface Waiter {
  before: number;
  remaining: number;
  done: () => void;
}

/** Longer than it takes to close sockets. */
const drainMs = 1_000;

export class Delivery {
  readonly #options: CheckedOptions;
  readonly #transport: Transport;
  readonly #keepAlive: ProcessKeepAlive;
  readonly #queue: EventQueue;
  readonly #senders = new Set<BatchSender>();
  /** Accepted and not settled, in order of emission. */
  readonly #pending = new Set<Entry>();
  #pendingBytes = 0;
  #acceptedCount = 0;
  readonly #waiters = new Set<Waiter>();
  /** No request starts before this time: Retry-After pauses the whole client. */
  #pausedUntil = 0;
  #isPumpScheduled = false;
  #lingerTimer: NodeJS.Timeout | undefined;
  #expiryTimer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: CheckedOptions) {
    this.#options = options;
    this.#transport = new Transport(options);
    this.#queue = new EventQueue(options);
    this.#keepAlive = new ProcessKeepAlive({
      expired: () => this.#allowExit(),
      exit: () => this.#abandon('The process ended'),
    });
  }

  /** The number of events accepted and not yet acknowledged or rejected. */
  get unsent(): number {
    return this.#pending.size;
  }

  /** Why an event of this size cannot be accepted now; undefined when it can. */
  rejectionFor(bytes: number): AuditError | undefined {
    if (this.#closing) {
      return new ClosedError('The client is closed. Emit events before calling close().');
    }
    const { queueEventsMax, queueBytesMax } = this.#options;
    if (this.#pending.size < queueEventsMax && this.#pendingBytes + bytes <= queueBytesMax) return;
    return new QueueFullError(
      `The queue is full: ${countOf(this.#pending.size)} (${this.#pendingBytes} bytes) not acknowledged yet; the limit is ${queueEventsMax} events or ${queueBytesMax} bytes. Await emit(), or raise queueEventsMax or queueBytesMax.`,
    );
  }

  /** Queues an event for which `rejectionFor` returned undefined. */
  accept(entry: Omit<Entry, 'at' | 'number'>): void {
    const at = performance.now();
    const { id, json, bytes, resolve, reject } = entry;
    const accepted: Entry = { id, json, bytes, resolve, reject, at, number: this.#acceptedCount };
    this.#acceptedCount += 1;
    this.#pending.add(accepted);
    this.#pendingBytes += bytes;
    this.#queue.push(accepted);
    this.#keepAlive.extend(at);
    this.#expiryTimer ??= this.#armExpiry();
    // Runs after this tick, so that events emitted together share a request and `emit` returns at once.
    if (this.#isPumpScheduled) return;
    this.#isPumpScheduled = true;
    setImmediate(() => {
      this.#isPumpScheduled = false;
      this.#pump();
    });
  }

  /**
   * Resolves when all events accepted so far are acknowledged or rejected.
   * @throws TimeoutError
   */
  flush(timeoutMs: number): Promise<void> {
    if (this.#pending.size === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      // Not unref'ed: the caller awaits the result, so the process must stay alive.
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(
          new TimeoutError(
            `${countOf(waiter.remaining)} not acknowledged within ${timeoutMs} ms. They stay queued and are retried; pass a longer timeoutMs to wait for them.`,
          ),
        );
      }, timeoutMs);
      const done = () => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        resolve();
      };
      const waiter: Waiter = { before: this.#acceptedCount, remaining: this.#pending.size, done };
      this.#waiters.add(waiter);
      this.#pump();
    });
  }

  /**
   * Rejects further events, and waits this long for the unsent ones.
   * @throws NotSentError
   */
  close(timeoutMs: number): Promise<void> {
    this.#closing ??= this.#close(timeoutMs);
    return this.#closing;
  }

  async #close(timeoutMs: number): Promise<void> {
    for (const sender of this.#senders) sender.hurry();
    try {
      await this.flush(timeoutMs);
    } catch {
      const error = this.#abandon(`The client was closed after ${timeoutMs} ms`);
      if (error) throw error;
    } finally {
      this.#transport.close();
      clearTimeout(this.#expiryTimer);
      clearTimeout(this.#lingerTimer);
    }
  }

  /** Rejects all unsent events. */
  #abandon(cause: string): NotSentError | undefined {
    const entries = [...this.#pending];
    if (entries.length === 0) return undefined;
    const error = new NotSentError(
      `${cause} with ${countOf(entries.length)} not acknowledged; see error.events. ` +
        'To allow more time, await close({ timeoutMs }).',
      entries.map(({ json }) => JSON.parse(json) as SentEvent),
    );
    for (const entry of entries) this.#reject(entry, error);
    return error;
  }

  /** Starts requests while slots are free and a batch is due. */
  #pump(): void {
    const { inFlightMax, lingerMs } = this.#options;
    while (this.#queue.oldest && this.#senders.size < inFlightMax) {
      // A partial batch waits while another request is in flight, because small batches cost the server most.
      const lingerRestMs = this.#queue.oldest.at + lingerMs - performance.now();
      const isDue = this.#senders.size === 0 || this.#queue.fillsBatch || this.#waiters.size > 0;
      if (!isDue && lingerRestMs > 0) {
        this.#lingerTimer ??= setTimeout(() => {
          this.#lingerTimer = undefined;
          this.#pump();
        }, lingerRestMs).unref();
        return;
      }
      void this.#send(this.#queue.take());
    }
  }

  async #send(entries: Entry[]): Promise<void> {
    const sender = new BatchSender(entries, {
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
    this.#senders.add(sender);
    await sender.run();
    this.#senders.delete(sender);
    this.#pump();
  }

  #slowDown({ retryAfterMs }: AuditError): void {
    // Capped: every queued event expires by the give-up time, and later events should not wait longer either.
    if (retryAfterMs !== undefined)
      this.#pause(Math.min(retryAfterMs, this.#options.giveUpAfterMs));
    if (!this.#keepAlive.isActive) this.#allowExit();
  }

  /**
   * Lets the process exit unless something else keeps it alive: drops attempts that would keep the event loop alive, and
   * pauses the next ones long enough for the loop to drain.
   */
  #allowExit(): void {
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
    if (this.#pending.size === 0) this.#keepAlive.release();
    for (const waiter of this.#waiters) {
      if (entry.number < waiter.before && --waiter.remaining === 0) waiter.done();
    }
    return true;
  }

  /** One timer for the whole queue, which fires when its oldest event reaches the give-up time. */
  #armExpiry(): NodeJS.Timeout | undefined {
    const { oldest } = this.#queue;
    if (!oldest) return undefined;
    const { giveUpAfterMs, inFlightMax } = this.#options;
    return setTimeout(
      () => {
        const expired = this.#queue.takeUntil(performance.now() - giveUpAfterMs);
        for (const entry of expired) {
          this.#reject(
            entry,
            new TimeoutError(
              `The event was not sent within ${giveUpAfterMs} ms: all ${inFlightMax} requests were in use. Raise inFlightMax or giveUpAfterMs.`,
            ),
          );
        }
        this.#expiryTimer = this.#armExpiry();
      },
      Math.max(1, Math.ceil(oldest.at + giveUpAfterMs - performance.now())),
    ).unref();
  }
}

function countOf(events: number): string {
  return events === 1 ? '1 event' : `${events} events`;
}
