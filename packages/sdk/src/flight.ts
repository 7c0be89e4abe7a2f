/** A batch on its way through as many attempts as it takes. */

import { AuditError, ConnectionError, InvalidAnswerError, TimeoutError } from './errors.ts';
import { bodyOf, type Entry } from './event-queue.ts';
import type { CheckedOptions } from './options.ts';
import { readAnswer, readResult, type Acknowledgement, type Outcome } from './read-answer.ts';
import { backoffMs } from './retry-delay.ts';
import type { Transport } from './transport.ts';

/** What a flight needs of the delivery that started it. */
export interface FlightContext {
  options: CheckedOptions;
  transport: Transport;
  /** No request before this time, performance.now. */
  pausedUntil: () => number;
  /** An attempt failed; another follows. */
  failed: (error: AuditError) => void;
  /** False once an entry is settled, here or by closing the client. */
  isPending: (entry: Entry) => boolean;
  resolve: (entry: Entry, acknowledgement: Acknowledgement) => void;
  reject: (entry: Entry, error: AuditError) => void;
}

export class Flight {
  readonly #context: FlightContext;
  #entries: readonly Entry[];
  /** How many entries go into one request; halved by each 413. */
  #size: number;
  #failures = 0;
  #lastError: AuditError | undefined;
  #notBefore = 0;
  #wake: (() => void) | undefined;

  constructor(entries: readonly Entry[], context: FlightContext) {
    this.#entries = entries;
    this.#size = entries.length;
    this.#context = context;
  }

  /** Never throws; ends when every entry is settled. */
  async run(): Promise<void> {
    for (;;) {
      this.#giveUpExpired();
      this.#entries = this.#entries.filter(this.#context.isPending);
      const [first] = this.#entries;
      if (!first) return;
      const now = performance.now();
      const waitMs = Math.max(this.#notBefore, this.#context.pausedUntil()) - now;
      // The first may have expired meanwhile: telling of those before it can take the caller's onError long.
      const restMs = Math.max(0, this.#expiresAt(first) - now);
      if (waitMs > 0) await this.#sleep(Math.min(waitMs, restMs));
      else await this.#attempt(this.#entries.slice(0, this.#size));
    }
  }

  /** Ends the wait between attempts, though not one that the server asked for. */
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
      case 'answered': {
        const unanswered = this.#settle(batch, outcome);
        if (unanswered === 0) this.#failures = 0;
        else {
          const message = `The server answered for ${batch.length - unanswered} of ${batch.length} events.`;
          this.#fail(new InvalidAnswerError(message, { requestId: outcome.requestId }));
        }
        break;
      }
      case 'retry': {
        // An attempt cut short by the give-up time says less than the failure before it.
        const cut = outcome.error instanceof TimeoutError && restMs < options.attemptTimeoutMs;
        this.#fail(cut && this.#lastError ? this.#lastError : outcome.error);
        break;
      }
      case 'tooLarge':
        if (batch.length > 1) this.#size = Math.ceil(batch.length / 2);
        else this.#rejectAll(batch, outcome.error);
        break;
      case 'refused':
        this.#rejectAll(batch, outcome.error);
        break;
    }
  }

  async #post(batch: readonly Entry[], timeoutMs: number): Promise<Outcome> {
    try {
      const answer = await this.#context.transport.post(bodyOf(batch), timeoutMs);
      return readAnswer(answer, Date.now(), this.#redact);
    } catch (err) {
      if (err instanceof AuditError) return { kind: 'retry', error: err };
      const error = new ConnectionError('The request could not be made.', { cause: err });
      return { kind: 'retry', error };
    }
  }

  /** Settles what the results speak of, by id; returns how many entries they leave open. */
  #settle(batch: readonly Entry[], { results, requestId }: Outcome & { kind: 'answered' }): number {
    let byId: Map<string, Entry[]> | undefined;
    let settled = 0;
    for (const [index, result] of results.entries()) {
      const verdict = readResult(result, requestId, this.#redact);
      if (!verdict) continue;
      let entry = batch[index];
      if (entry?.id !== verdict.id || !this.#context.isPending(entry)) {
        // Out of order: the rare case pays for the index.
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
      const error =
        this.#lastError ??
        new TimeoutError(`Not acknowledged within ${this.#context.options.giveUpAfterMs} ms.`);
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

/** An id may have been emitted twice. */
function indexById(batch: readonly Entry[]): Map<string, Entry[]> {
  const byId = new Map<string, Entry[]>();
  for (const entry of batch) {
    const others = byId.get(entry.id);
    if (others) others.push(entry);
    else byId.set(entry.id, [entry]);
  }
  return byId;
}
