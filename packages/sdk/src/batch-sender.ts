/** `BatchSender`: sends one batch, retrying until every event in it is settled. */

import { AuditError, ConnectionError, InvalidResponseError, TimeoutError } from './errors.ts';
import { bodyOf, type Entry } from './event-queue.ts';
import type { CheckedOptions } from './options.ts';
import { readResponse, readResult, type Acknowledgement, type Outcome } from './read-response.ts';
import { backoffMs } from './retry-delay.ts';
import type { Transport } from './transport.ts';

/** What a sender needs from the delivery that started it. */
export interface BatchSenderContext {
  options: CheckedOptions;
  transport: Transport;
  /** The time (performance.now) before which no request may start. */
  pausedUntil: () => number;
  /** Called after each failed attempt that will be retried. */
  failed: (error: AuditError) => void;
  /** False once the entry is settled, by a result or by closing the client. */
  isPending: (entry: Entry) => boolean;
  resolve: (entry: Entry, acknowledgement: Acknowledgement) => void;
  reject: (entry: Entry, error: AuditError) => void;
}

export class BatchSender {
  readonly #context: BatchSenderContext;
  #entries: readonly Entry[];
  /** The number of entries per request; halved by each 413. */
  #requestSize: number;
  #failures = 0;
  #lastError: AuditError | undefined;
  #notBefore = 0;
  #wake: (() => void) | undefined;

  constructor(entries: readonly Entry[], context: BatchSenderContext) {
    this.#entries = entries;
    this.#requestSize = entries.length;
    this.#context = context;
  }

  /** Resolves when every entry is settled. Never throws. */
  async run(): Promise<void> {
    for (;;) {
      this.#giveUpExpired();
      this.#entries = this.#entries.filter(this.#context.isPending);
      const [first] = this.#entries;
      if (!first) return;
      const now = performance.now();
      const waitMs = Math.max(this.#notBefore, this.#context.pausedUntil()) - now;
      // Negative when the first entry expired meanwhile: a slow onError delays this loop.
      const restMs = Math.max(0, this.#expiresAt(first) - now);
      if (waitMs > 0) await this.#sleep(Math.min(waitMs, restMs));
      else await this.#attempt(this.#entries.slice(0, this.#requestSize));
    }
  }

  /** Ends the backoff before the next attempt, but not a pause requested by the server. */
  hurry(): void {
    this.#notBefore = 0;
    this.#wake?.();
  }

  async #attempt(batch: readonly Entry[]): Promise<void> {
    const { options } = this.#context;
    const restMs = this.#expiresAt(batch.at(-1) as Entry) - performance.now();
    const outcome = await this.#post(
      batch,
      Math.max(1, Math.min(restMs, options.attemptTimeoutMs)),
    );
    switch (outcome.kind) {
      case 'results': {
        const unsettled = this.#settle(batch, outcome);
        if (unsettled === 0) this.#failures = 0;
        else {
          const message = `The server returned results for ${batch.length - unsettled} of ${batch.length} events.`;
          this.#fail(new InvalidResponseError(message, { requestId: outcome.requestId }));
        }
        break;
      }
      case 'retry': {
        // A timeout caused by the give-up time tells less than the failure before it.
        const isCutShort =
          outcome.error instanceof TimeoutError && restMs < options.attemptTimeoutMs;
        this.#fail(isCutShort && this.#lastError ? this.#lastError : outcome.error);
        break;
      }
      case 'tooLarge':
        if (batch.length > 1) this.#requestSize = Math.ceil(batch.length / 2);
        else this.#rejectAll(batch, outcome.error);
        break;
      case 'rejected':
        this.#rejectAll(batch, outcome.error);
        break;
    }
  }

  async #post(batch: readonly Entry[], timeoutMs: number): Promise<Outcome> {
    try {
      const response = await this.#context.transport.post(bodyOf(batch), timeoutMs);
      return readResponse(response, Date.now(), this.#redact);
    } catch (err) {
      if (err instanceof AuditError) return { kind: 'retry', error: err };
      const error = new ConnectionError('The request could not be sent.', { cause: err });
      return { kind: 'retry', error };
    }
  }

  /** Settles entries by the ids in the results. Returns how many stay unsettled. */
  #settle(batch: readonly Entry[], { results, requestId }: Outcome & { kind: 'results' }): number {
    let byId: Map<string, Entry[]> | undefined;
    let settled = 0;
    for (const [index, result] of results.entries()) {
      const verdict = readResult(result, requestId, this.#redact);
      if (!verdict) continue;
      let entry = batch[index];
      if (entry?.id !== verdict.id || !this.#context.isPending(entry)) {
        // Results are normally in order, so the index is only built when they are not.
        byId ??= indexById(batch);
        entry = byId.get(verdict.id)?.find(this.#context.isPending);
      }
      if (!entry) continue;
      settled += 1;
      if ('error' in verdict) this.#context.reject(entry, verdict.error);
      else this.#context.resolve(entry, verdict.acknowledgement);
    }
    return batch.length - settled;
  }

  #fail(error: AuditError): void {
    const { options, failed } = this.#context;
    this.#failures += 1;
    this.#lastError = error;
    const bounds = { minMs: options.retryDelayMinMs, maxMs: options.retryDelayMaxMs };
    const waitMs = backoffMs(this.#failures, bounds, Math.random());
    this.#notBefore = performance.now() + (error.retryAfterMs ?? 0) + waitMs;
    failed(error);
  }

  #giveUpExpired(): void {
    const now = performance.now();
    for (const entry of this.#entries) {
      if (this.#expiresAt(entry) > now) return;
      const { giveUpAfterMs } = this.#context.options;
      const error =
        this.#lastError ??
        new TimeoutError(`The event was not acknowledged within ${giveUpAfterMs} ms.`);
      this.#context.reject(entry, error);
    }
  }

  #rejectAll(batch: readonly Entry[], error: AuditError): void {
    for (const entry of batch) this.#context.reject(entry, error);
  }

  #expiresAt(entry: Entry): number {
    return entry.at + this.#context.options.giveUpAfterMs;
  }

  readonly #redact = (text: string): string =>
    text.replaceAll(this.#context.options.apiKey, '[key]');

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(Math.ceil(ms), 2_147_483_647)).unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** A list per id, because the same id may be emitted twice. */
function indexById(batch: readonly Entry[]): Map<string, Entry[]> {
  const byId = new Map<string, Entry[]>();
  for (const entry of batch) {
    const others = byId.get(entry.id);
    if (others) others.push(entry);
    else byId.set(entry.id, [entry]);
  }
  return byId;
}
