/** One error class per cause; all extend AuditError. None contains the API key. */

import type { SentEvent } from '@liblab/audit-core';

/** What an error says beside its message. */
export interface AuditErrorDetail {
  /** The error code from the server or the catalogue; docs/errors explains each. */
  code?: string | undefined;
  /** JSON path of the invalid value, in which `$` is the event. */
  path?: string | undefined;
  /** HTTP status of the response. */
  status?: number | undefined;
  /** The `x-request-id` of the response. Quote it in support requests. */
  requestId?: string | undefined;
  /** How long the server asked to wait, in ms. */
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/** The base class of all errors in this package. */
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

/** The options are invalid. The only error that is thrown by the constructor rather than passed to `onError`. */
export class ConfigurationError extends AuditError {
  override readonly name = 'ConfigurationError';
}

/** The event does not match its type, is too large or too old, or reuses an id; `path` and `code` say which. */
export class InvalidEventError extends AuditError {
  override readonly name = 'InvalidEventError';
}

/** The client's queue is full; the event was not accepted. */
export class QueueFullError extends AuditError {
  override readonly name = 'QueueFullError';
}

/** 401: the key is wrong, expired or revoked. */
export class AuthenticationError extends AuditError {
  override readonly name = 'AuthenticationError';
}

/** 403: the key may not emit events, or not this type. */
export class PermissionError extends AuditError {
  override readonly name = 'PermissionError';
}

/** The server rejected the whole request: a wrong address, a redirect, or another 4xx. */
export class RequestError extends AuditError {
  override readonly name = 'RequestError';
}

/** 429 until the give-up time; `retryAfterMs` is the last wait that the server asked for. */
export class RateLimitError extends AuditError {
  override readonly name = 'RateLimitError';
}

/** 5xx until the give-up time. */
export class ServerError extends AuditError {
  override readonly name = 'ServerError';
}

/** No connection until the give-up time; `cause` is the system error. */
export class ConnectionError extends AuditError {
  override readonly name = 'ConnectionError';
}

/** No response in time: attempts timed out until the give-up time, or `flush` timed out. */
export class TimeoutError extends AuditError {
  override readonly name = 'TimeoutError';
}

/** Responses until the give-up time were not from the audit API, or not for these events. */
export class InvalidResponseError extends AuditError {
  override readonly name = 'InvalidResponseError';
}

/** `emit` was called after `close`. */
export class ClosedError extends AuditError {
  override readonly name = 'ClosedError';
}

/** The client was closed, or the process exited, before these events were acknowledged. */
export class NotSentError extends AuditError {
  override readonly name = 'NotSentError';
  /**
   * Complete events in order of emission. An event whose response was lost may already be in the trail; emitting it
   * again under the same id is safe.
   */
  readonly events: readonly SentEvent[];

  constructor(message: string, events: readonly SentEvent[]) {
    super(message);
    this.events = events;
    // Not enumerable, because events contain personal data and unhandled errors are printed.
    Object.defineProperty(this, 'events', { enumerable: false });
  }
}
