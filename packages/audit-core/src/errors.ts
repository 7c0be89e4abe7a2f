/** The registry of error codes. docs/errors/<code>.md explains each. */

/** HTTP status and title by code. */
export const errorCodes = {
  bad_request: { status: 400, title: 'The request is malformed' },
  invalid_event: { status: 400, title: 'The event does not match its type' },
  invalid_filter: { status: 400, title: 'A filter is invalid' },
  invalid_document: { status: 400, title: 'A build document cannot be parsed' },
  invalid_cursor: { status: 400, title: 'The cursor is not valid for this list' },
  reserved_type: { status: 403, title: 'Only the Portal records this event type' },
  type_not_allowed: { status: 403, title: 'The key may not emit this event type' },
  id_reused: { status: 409, title: 'The id is already in use for different content' },
  too_late: { status: 400, title: 'The event is too old for this key' },
  unauthenticated: { status: 401, title: 'No valid session or key' },
  forbidden: { status: 403, title: 'Not allowed for this role or key' },
  not_found: { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'It already exists' },
  origin_not_allowed: { status: 403, title: 'The request comes from another site' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  too_large: { status: 413, title: 'Larger than the limit' },
  unsupported_media_type: { status: 415, title: 'The content type or encoding is not supported' },
  rate_limited: { status: 429, title: 'Too many requests' },
  queue_full: { status: 429, title: 'The queue is full' },
  not_signed_yet: { status: 404, title: 'No checkpoint covers the event yet' },
  unavailable: { status: 503, title: 'The service is temporarily unavailable' },
  mail_unavailable: { status: 503, title: 'E-mail is not configured' },
  internal: { status: 500, title: 'Internal error' },
} as const satisfies Record<string, { status: number; title: string }>;

/** A code of the registry. */
export type ErrorCode = keyof typeof errorCodes;

/** An expected failure. `message` is public: what is wrong, the limit, the next step. `detail` only goes to the log. */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** JSON path of the invalid value, such as `$.events[3].details.email`. */
  readonly path: string | undefined;
  /** Whole seconds to wait before a retry. */
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
