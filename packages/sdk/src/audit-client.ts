/// <reference lib="esnext.disposable" preserve="true" />
/** `AuditClient`: emits audit events. */

import {
  dropRedactedValues,
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
import type { Acknowledgement } from './read-response.ts';
import { createWarnOnce, guardOnError, type OnError } from './report-failures.ts';
import { createUuidV7 } from './uuid-v7.ts';

/** The argument of `emit` for an event type; `actor` is optional when the client has a default actor. */
export type Emission<
  C extends Catalogue,
  Type extends TypeOf<C>,
  A extends Actor | undefined = undefined,
> = undefined extends A
  ? EventInput<C, Type>
  : Omit<EventInput<C, Type>, 'actor'> & { actor?: Actor };

/** Options of `flush` and `close`. */
export interface TimeoutOptions {
  /** Milliseconds. */
  timeoutMs?: number;
}

const defaultTimeoutMs = 5_000;

/**
 * Emits audit events: typed by the catalogue, sent in batches, retried under the same id until acknowledged.
 * Create one per process, and close it at the end.
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

  /**
   * Checks the options; connects only when the first event is sent.
   * @throws ConfigurationError
   */
  constructor(options: AuditClientOptions<C, A> = {}) {
    this.#options = checkOptions(options);
    this.#catalogue = options.catalogue ?? liblabCatalogue;
    this.#delivery = new Delivery(this.#options);
    this.#onError = guardOnError(options.onError ?? createWarnOnce());
  }

  /**
   * Queues an event. Copies it and returns immediately: never throws, never waits for the network.
   *
   * Await the promise for the server's acknowledgement, or ignore it: it never causes an unhandledRejection.
   * @returns rejects with an AuditError, which is also passed to `onError`
   */
  emit<Type extends EmittedTypeOf<C>>(
    type: Type,
    event: Emission<C, Type, A>,
  ): Promise<Acknowledgement> {
    const promise = new Promise<Acknowledgement>((resolve, reject) => {
      const fail = (error: AuditError, failed: Partial<SentEvent>) => {
        reject(error);
        this.#onError(error, failed);
      };
      const prepared = this.#prepare(type, event as Partial<SentEvent>);
      if (prepared instanceof InvalidEventError) return fail(prepared, copyOf(type, event));
      const rejection = this.#delivery.rejectionFor(prepared.bytes);
      if (rejection) return fail(rejection, JSON.parse(prepared.json) as SentEvent);
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
   * Sends partial batches, and resolves when every event emitted so far is acknowledged or rejected.
   * @param options `timeoutMs`: default 5,000
   * @throws TimeoutError; the events stay queued and are retried
   */
  async flush({ timeoutMs = defaultTimeoutMs }: TimeoutOptions = {}): Promise<void> {
    await this.#delivery.flush(timeoutMs);
  }

  /**
   * Rejects further events, sends the unsent ones and closes all connections. Later calls return the same promise.
   * @param options `timeoutMs`: default 5,000
   * @throws NotSentError, which contains the events that were not acknowledged in time
   */
  async close({ timeoutMs = defaultTimeoutMs }: TimeoutOptions = {}): Promise<void> {
    await this.#delivery.close(timeoutMs);
  }

  /** Closes the client at the end of a block: `await using audit = new AuditClient()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Logged without the key. */
  toJSON(): { url: string; unsent: number } {
    return { url: this.#options.endpoint.href, unsent: this.#delivery.unsent };
  }

  /** Fills in defaults, drops the values of redacted changes, validates the event and serializes it. */
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
          `is ${type} version ${event.version}, which is not in the client's catalogue; check the spelling, or pass a catalogue that has it`,
        );
      }
      const json = JSON.stringify(event);
      const bytes = Buffer.byteLength(json);
      if (bytes > limits.eventBytesMax) {
        return invalid(
          '$',
          `is ${bytes} bytes; the limit is ${limits.eventBytesMax}. Shorten its details or changes.`,
          'too_large',
        );
      }
      return { id: checked.event.id, json, bytes };
    } catch (err) {
      // A getter that throws, or a value that JSON cannot represent. `emit` promises not to throw.
      return new InvalidEventError('$ cannot be serialized as JSON', {
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
    return dropRedactedValues(event);
  }
}

function invalid(path: string, message: string, code = 'invalid_event'): InvalidEventError {
  return new InvalidEventError(`${path} ${message}`, { path, code });
}

function copyOf(type: string, event: object): Partial<SentEvent> {
  try {
    return dropRedactedValues({ ...event, type });
  } catch {
    return { type };
  }
}

function ignore(): void {}
