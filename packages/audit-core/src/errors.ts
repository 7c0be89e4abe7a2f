/** The registry of error codes: one code, its HTTP status and its title; docs/errors/<code>.md explains each. */

export const errorCodes = {
  bad_request: { status: 400, title: 'The request as a whole cannot be read' },
  invalid_event: { status: 400, title: 'The event does not fit its type' },
  invalid_filter: { status: 400, title: 'A filter cannot be understood' },
  invalid_document: { status: 400, title: 'A document of a build does not parse' },
  invalid_cursor: { status: 400, title: 'The cursor was not made by this list' },
  reserved_type: { status: 403, title: 'Only the Portal itself records this event type' },
  type_not_allowed: { status: 403, title: 'The key may not emit this event type' },
  id_reused: { status: 409, title: 'The event id was already used with other content' },
  too_late: { status: 400, title: 'The event happened too long ago for this key' },
  unauthenticated: { status: 401, title: 'No valid session or key' },
  forbidden: { status: 403, title: 'Not allowed for this role or key' },
  not_found: { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'It exists already' },
  origin_not_allowed: { status: 403, title: 'The request comes from another site' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  too_large: { status: 413, title: 'Larger than the limit' },
  unsupported_media_type: { status: 415, title: 'The content type or encoding is not supported' },
  rate_limited: { status: 429, title: 'Too many requests' },
  queue_full: { status: 429, title: 'The queue is full' },
  not_signed_yet: { status: 404, title: 'No checkpoint covers the event yet' },
  unavailable: { status: 503, title: 'The service cannot answer now' },
  mail_unavailable: { status: 503, title: 'The service sends no e-mail' },
  internal: { status: 500, title: 'The service failed' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof errorCodes;

/**
 * An expected failure. `message` is public and says what, the limit and the next step; `detail` is for the log alone.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** JSON path of the offending value, as in `$.events[3].details.email`. */
  readonly path: string | undefined;
  /** Whole seconds after which a retry makes sense. */
  readonly retryAfterSeconds: number | undefined;
  readonly detail: unknown;

  constructor(
    code: ErrorCode,
    message: string,
    options: { path?: string; retryAfterSeconds?: number; detail?: unknown; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.path = options.path;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.detail = options.detail;
  }

  get status(): number {
    return errorCodes[this.code].status;
  }
}
