/** Reads the server's response: what happened to each event of the request. */

import {
  errorCodes,
  errorResponseSchema,
  ingestResponseSchema,
  type ErrorCode,
  type EventResult,
} from '@liblab/audit-core';
import {
  AuthenticationError,
  InvalidResponseError,
  InvalidEventError,
  PermissionError,
  RateLimitError,
  RequestError,
  ServerError,
  TimeoutError,
  type AuditError,
  type AuditErrorDetail,
} from './errors.ts';
import { retryAfterMs } from './retry-delay.ts';
import type { HttpResponse } from './transport.ts';

/** The server's confirmation that an event is in the trail. */
export interface Acknowledgement {
  id: string;
  /** `duplicate`: the same event, with the same content, was recorded earlier. */
  status: 'recorded' | 'duplicate';
  /** Position in the trail and leaf index in the log, from 0. */
  seq: number;
  /** The leaf's hash in base64, which a receipt proves. */
  leafHash: string;
  /** When the server recorded it, by its clock, ISO 8601. */
  loggedAt: string;
}

/** What to do with the events of a request. */
export type Outcome =
  | { kind: 'results'; results: readonly unknown[]; requestId: string | undefined }
  | { kind: 'retry'; error: AuditError }
  | { kind: 'rejected'; error: AuditError }
  | { kind: 'tooLarge'; error: AuditError };

/** Reads a response as a whole. `redact` removes the key from text that came over the network. */
export function readResponse(
  response: HttpResponse,
  now: number,
  redact: (text: string) => string,
): Outcome {
  const { status, requestId } = response;
  const body = parse(response.body);
  if (status >= 200 && status < 300) {
    const results = (body as { results?: unknown } | null | undefined)?.results;
    if (Array.isArray(results)) return { kind: 'results', results, requestId };
    const error = new InvalidResponseError(
      'The response is not from the audit API. Check url and any proxy in between.',
      { status, requestId },
    );
    return { kind: 'retry', error };
  }
  const failure = errorResponseSchema.safeParse(body);
  const { code, message = `The server responded with status ${status}.` } =
    failure.data?.error ?? {};
  const text = redact(message).slice(0, 1_000);
  const detail: AuditErrorDetail = {
    code: code && redact(code),
    status,
    requestId,
    retryAfterMs: retryAfterMs(response.retryAfter, now),
  };
  if (status === 401) return { kind: 'rejected', error: new AuthenticationError(text, detail) };
  if (status === 403) return { kind: 'rejected', error: new PermissionError(text, detail) };
  if (status === 408) return { kind: 'retry', error: new TimeoutError(text, detail) };
  if (status === 413) return { kind: 'tooLarge', error: new InvalidEventError(text, detail) };
  if (status === 429) return { kind: 'retry', error: new RateLimitError(text, detail) };
  if (status >= 500) return { kind: 'retry', error: new ServerError(text, detail) };
  const hint = status < 400 ? ' Redirects are not followed. Set url to the final address.' : '';
  return { kind: 'rejected', error: new RequestError(text + hint, detail) };
}

const resultSchema = ingestResponseSchema.shape.results.element;

/** One event's result: its acknowledgement, or why it was rejected. */
export type Verdict =
  | { id: string; acknowledgement: Acknowledgement }
  | { id: string; error: AuditError };

/**
 * Reads one result. Undefined when it settles no event: malformed, incomplete, without an id, or a failure that a retry
 * may fix.
 */
export function readResult(
  result: unknown,
  requestId: string | undefined,
  redact: (text: string) => string,
): Verdict | undefined {
  const parsed = resultSchema.safeParse(result);
  if (!parsed.success || parsed.data.id === null) return undefined;
  const { status, seq, leafHash, loggedAt, error } = parsed.data;
  const id = parsed.data.id.toLowerCase();
  if (status === 'rejected') {
    if (!error || isTransient(statusOf(error.code))) return undefined;
    return { id, error: rejection(error, requestId, redact) };
  }
  if (seq === undefined || leafHash === undefined || loggedAt === undefined) return undefined;
  return { id, acknowledgement: { id, status, seq, leafHash, loggedAt } };
}

function rejection(
  { code, path, message }: NonNullable<EventResult['error']>,
  requestId: string | undefined,
  redact: (text: string) => string,
): AuditError {
  // The server's path starts at the request; callers know only their event.
  const eventPath = path?.replace(/^\$\.events\[\d+\]/, '$');
  const text = redact(eventPath === undefined ? message : `${eventPath} ${message}`);
  const detail = { code, path: eventPath, requestId };
  return statusOf(code) === 403
    ? new PermissionError(text, detail)
    : new InvalidEventError(text, detail);
}

/** Treats unknown codes as a fault of the event. */
function statusOf(code: string): number {
  return Object.hasOwn(errorCodes, code) ? errorCodes[code as ErrorCode].status : 400;
}

function isTransient(status: number): boolean {
  return status === 429 || status >= 500;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
