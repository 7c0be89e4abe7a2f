/// <reference lib="esnext.disposable" preserve="true" />
/** `AuditClient`: what tools emit audit events with. */

import {
  limits,
  liblabCatalogue,
  type Actor,
  type Catalogue,
  type EventInput,
  type LiblabCatalogue,
  type SentEvent,
  type EmittedTypeOf,
  type TypeOf,
} from '@liblab/audit-core';
import { Delivery } from './delivery.ts';
import { InvalidEventError, type AuditError } from './errors.ts';
import { checkOptions, type AuditClientOptions, type CheckedOptions } from './options.ts';
import type { Acknowledgement } from './read-answer.ts';
import { createWarnOnce, guardOnError, type OnError } from './report-failures.ts';
import { createUuidV7 } from './uuid-v7.ts';

/** What is emitted for an event type; `actor` may be left out when the client has one. */
export type Emission<
  C extends Catalogue,
  Type extends TypeOf<C>,
  A extends Actor | undefined = undefined,
> = undefined extends A
  ? EventInput<C, Type>
  : Omit<EventInput<C, Type>, 'actor'> & { actor?: Actor };

export interface TimeoutOptions {
  /** Milliseconds. */
  timeoutMs?: number;
}

const defaultTimeoutMs = 5_000;

/**
 * Emits audit events: typed by the catalogue, batched, retried under one id until acknowledged.
 * Make one per process and close it at the end.
 *
 * @example
 * const audit = new AuditClient({ service: 'build-service', serviceVersion: '3.1.0' });
 * void audit.emit('user.create_api', {
 *   actor: { type: 'user', id: '1190', email: 'ada@exciting.soda' },
 *   targets: [{ type: 'api', id: '520', name: 'Llama Store' }],
 *   details: { apiName: 'Llama Store', apiId: 520 },
 * });
 * await audit.close();
 */
export class AuditClient<
  C extends Catalogue = LiblabCatalogue,
  A extends Actor | undefined = undefined,
> {
  readonly #options: CheckedOptions;
  readonly #catalogue: Catalogue;
  readonly #delivery: Delivery;
  readonly #onError: OnError;
  readonly #newId = createUuidV7();

  /** Opens no connection. Throws ConfigurationError. */
  constructor(options: AuditClientOptions<C, A> = {}) {
    this.#options = checkOptions(options);
    this.#catalogue = options.catalogue ?? liblabCatalogue;
    this.#delivery = new Delivery(this.#options);
    this.#onError = guardOnError(options.onError ?? createWarnOnce());
  }

  /**
   * Records an event. Never throws and never waits for the network; the event is copied before it returns.
   *
   * The promise may be awaited for the server's acknowledgement, or left alone: it never causes an
   * unhandledRejection. It rejects with an AuditError, of which `onError` is told in either case.
   */
  emit<Type extends EmittedTypeOf<C>>(
    type: Type,
    event: Emission<C, Type, A>,
  ): Promise<Acknowledgement> {
    const promise = new Promise<Acknowledgement>((resolve, reject) => {
      const fail = (error: AuditError, about: Partial<SentEvent>) => {
        reject(error);
        this.#onError(error, about);
      };
      const prepared = this.#prepare(type, event as Partial<SentEvent>);
      if (prepared instanceof InvalidEventError) return fail(prepared, copyOf(type, event));
      const refusal = this.#delivery.refusal(prepared.bytes);
      if (refusal) return fail(refusal, JSON.parse(prepared.json) as SentEvent);
      this.#delivery.accept({
        ...prepared,
        resolve,
        reject: (error) => fail(error, JSON.parse(prepared.json) as SentEvent),
      });
    });
    promise.catch(ignore);
    return promise;
  }

  /**
   * Resolves when every event emitted before is acknowledged or rejected; partial batches go at once.
   * @param options `timeoutMs`: default 5,000
   * @throws TimeoutError; the events are kept and retried
   */
  async flush({ timeoutMs = defaultTimeoutMs }: TimeoutOptions = {}): Promise<void> {
    await this.#delivery.flush(timeoutMs);
  }

  /**
   * Accepts no further events, sends what is unsent, closes all connections. Later calls return the same promise.
   * @param options `timeoutMs`: default 5,000
   * @throws NotSentError with the events that were not acknowledged in time
   */
  async close({ timeoutMs = defaultTimeoutMs }: TimeoutOptions = {}): Promise<void> {
    await this.#delivery.close(timeoutMs);
  }

  /** `await using audit = new AuditClient()` closes it at the end of the block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** For logs: never holds the key. */
  toJSON(): { url: string; unsent: number } {
    return { url: this.#options.endpoint.href, unsent: this.#delivery.unsent };
  }

  /** Fills in what the client knows, checks the event by its type, serializes it. */
  #prepare(
    type: string,
    input: Partial<SentEvent>,
  ): { id: string; json: string; bytes: number } | InvalidEventError {
    try {
      const event = this.#complete(type, input);
      const checked = this.#catalogue.check(event);
      if (!checked.ok)
        return invalid(checked.error.path, checked.error.message, checked.error.code);
      if (!checked.definition) {
        return invalid(
          '$.type',
          `${type} version ${event.version} is not in the client's catalogue; pass a catalogue that has it`,
        );
      }
      const json = JSON.stringify(event);
      const bytes = Buffer.byteLength(json);
      if (bytes > limits.eventBytesMax) {
        return invalid(
          '$',
          `is ${bytes} bytes; the limit is ${limits.eventBytesMax}. Shorten its details or changes`,
          'too_large',
        );
      }
      return { id: checked.event.id, json, bytes };
    } catch (err) {
      // A getter that throws, or a value without JSON: the caller's bug must not become the caller's crash.
      return new InvalidEventError('$ cannot be read or has no JSON form', {
        code: 'invalid_event',
        path: '$',
        cause: err,
      });
    }
  }

  #complete(type: string, input: Partial<SentEvent>): Partial<SentEvent> {
    const { organizationId, actor, service, serviceVersion } = this.#options;
    const occurredAt: unknown = input.occurredAt ?? new Date();
    const event: Partial<SentEvent> = {
      ...input,
      id: typeof input.id === 'string' ? input.id.toLowerCase() : (input.id ?? this.#newId()),
      type,
      version: input.version ?? this.#catalogue.latest(type)?.version ?? 1,
      occurredAt: (occurredAt instanceof Date ? occurredAt.toISOString() : occurredAt) as string,
    };
    if (organizationId !== undefined) event.organizationId ??= organizationId;
    if (actor !== undefined) event.actor ??= actor;
    if (service !== undefined || serviceVersion !== undefined) {
      event.context = { service, serviceVersion, ...input.context };
    }
    return event;
  }
}

function invalid(path: string, message: string, code = 'invalid_event'): InvalidEventError {
  return new InvalidEventError(`${path} ${message}`, { path, code });
}

function copyOf(type: string, event: object): Partial<SentEvent> {
  try {
    return { ...event, type };
  } catch {
    return { type };
  }
}

function ignore(): void {}
