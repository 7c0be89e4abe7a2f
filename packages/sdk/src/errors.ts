/** One error class per cause; all are AuditErrors. None of them ever holds the API key. */

import type { SentEvent } from '@liblab/audit-core';

export interface AuditErrorDetail {
  /** A code of docs/errors, when the server or the catalogue gave one. */
  code?: string | undefined;
  /** JSON path of the offending value, from the event, which is `$`. */
  path?: string | undefined;
  /** HTTP status of the answer. */
  status?: number | undefined;
  /** The `x-request-id` of the answer: what to quote when asking about it. */
  requestId?: string | undefined;
  /** How long the server asked to wait. */
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/** What every error of this package is an instance of. */
export class AuditError extends Error {
  override readonly name: string = 'AuditError';
  readonly code: string | undefined;
  readonly path: string | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, detail: AuditErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = detail.code;
    this.path = detail.path;
    this.status = detail.status;
    this.requestId = detail.requestId;
    this.retryAfterMs = detail.retryAfterMs;
  }
}

/** The client was given options it cannot work with. The only error that is thrown and not delivered. */
export class ConfigurationError extends AuditError {
  override readonly name = 'ConfigurationError';
}

/** The event does not fit its type, is too large or too old, or reuses an id; `path` and `code` say which. */
export class InvalidEventError extends AuditError {
  override readonly name = 'InvalidEventError';
}

/** The client's memory is full; the event was not accepted. */
export class QueueFullError extends AuditError {
  override readonly name = 'QueueFullError';
}

/** 401: the key is wrong, expired or revoked. */
export class AuthenticationError extends AuditError {
  override readonly name = 'AuthenticationError';
}

/** 403: the key may not emit at all, or not this type. */
export class PermissionError extends AuditError {
  override readonly name = 'PermissionError';
}

/** The server refused the request as a whole: a wrong address, a redirect, another 4xx. */
export class RequestError extends AuditError {
  override readonly name = 'RequestError';
}

/** 429 until the give-up time; `retryAfterMs` is what the server last asked for. */
export class RateLimitError extends AuditError {
  override readonly name = 'RateLimitError';
}

/** 5xx until the give-up time. */
export class ServerError extends AuditError {
  override readonly name = 'ServerError';
}

/** No connection until the give-up time; `cause` is the system's error. */
export class ConnectionError extends AuditError {
  override readonly name = 'ConnectionError';
}

/** No answer in time: of an attempt, until the give-up time, or of `flush`. */
export class TimeoutError extends AuditError {
  override readonly name = 'TimeoutError';
}

/** Something answered that is not the audit API, or not for these events, until the give-up time. */
export class InvalidAnswerError extends AuditError {
  override readonly name = 'InvalidAnswerError';
}

/** `emit` was called after `close`. */
export class ClosedError extends AuditError {
  override readonly name = 'ClosedError';
}

/** The client was closed, or the process ended, before these events were acknowledged. */
export class NotSentError extends AuditError {
  override readonly name = 'NotSentError';
  /**
   * Complete events in the order of emission. An event whose answer was lost may stand in the trail all the same;
   * sending it again under its id is safe.
   */
  readonly events: readonly SentEvent[];

  constructor(message: string, events: readonly SentEvent[]) {
    super(message);
    this.events = events;
    // Read by who handles it; kept out of the output of who does not, since events hold personal data.
    Object.defineProperty(this, 'events', { enumerable: false });
  }
}
