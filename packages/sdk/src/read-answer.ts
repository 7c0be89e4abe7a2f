/** What an answer means for the events of its request. */

import {
  errorCodes,
  errorResponseSchema,
  ingestResponseSchema,
  type ErrorCode,
  type EventResult,
} from '@liblab/audit-core';
import {
  AuthenticationError,
  InvalidAnswerError,
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
import type { Answer } from './transport.ts';

/** The server's word that an event stands in the trail. */
export interface Acknowledgement {
  id: string;
  /** `duplicate`: it already stood there, with the same content. */
  status: 'recorded' | 'duplicate';
  /** Position in the trail and leaf of the log, from 0. */
  seq: number;
  /** The leaf's hash, base64: what a receipt proves. */
  leafHash: string;
  /** The server's clock, ISO 8601. */
  loggedAt: string;
}

export type Outcome =
  | { kind: 'answered'; results: readonly unknown[]; requestId: string | undefined }
  | { kind: 'retry'; error: AuditError }
  | { kind: 'refused'; error: AuditError }
  | { kind: 'tooLarge'; error: AuditError };

/** Reads an answer as a whole. `redact` takes the key out of any text that came over the network. */
export function readAnswer(answer: Answer, now: number, redact: (text: string) => string): Outcome {
  const { status, requestId } = answer;
  const body = parse(answer.body);
  if (status >= 200 && status < 300) {
    const results = (body as { results?: unknown } | null | undefined)?.results;
    if (Array.isArray(results)) return { kind: 'answered', results, requestId };
    const error = new InvalidAnswerError(
      'The answer is not one of the audit API; check the address, and proxies on the way.',
      { status, requestId },
    );
    return { kind: 'retry', error };
  }
  const told = errorResponseSchema.safeParse(body);
  const { code, message = `The server answered ${status}.` } = told.data?.error ?? {};
  const text = redact(message).slice(0, 1_000);
  const detail: AuditErrorDetail = {
    code: code && redact(code),
    status,
    requestId,
    retryAfterMs: retryAfterMs(answer.retryAfter, now),
  };
  if (status === 401) return { kind: 'refused', error: new AuthenticationError(text, detail) };
  if (status === 403) return { kind: 'refused', error: new PermissionError(text, detail) };
  if (status === 408) return { kind: 'retry', error: new TimeoutError(text, detail) };
  if (status === 413) return { kind: 'tooLarge', error: new InvalidEventError(text, detail) };
  if (status === 429) return { kind: 'retry', error: new RateLimitError(text, detail) };
  if (status >= 500) return { kind: 'retry', error: new ServerError(text, detail) };
  const hint = status < 400 ? ' Redirects are not followed; set url to where it leads.' : '';
  return { kind: 'refused', error: new RequestError(text + hint, detail) };
}

const resultSchema = ingestResponseSchema.shape.results.element;

export type Verdict =
  | { id: string; acknowledgement: Acknowledgement }
  | { id: string; error: AuditError };

/**
 * Reads one result. Undefined when it settles nothing: it is unreadable, incomplete, names no event, or is a failure
 * that a retry may mend.
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
    if (!error || isPassing(statusOf(error.code))) return undefined;
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
  const own = path?.replace(/^\$\.events\[\d+\]/, '$');
  const text = redact(own === undefined ? message : `${own} ${message}`);
  const detail = { code, path: own, requestId };
  return statusOf(code) === 403
    ? new PermissionError(text, detail)
    : new InvalidEventError(text, detail);
}

/** A code that this version does not know is taken for the event's own fault. */
function statusOf(code: string): number {
  return Object.hasOwn(errorCodes, code) ? errorCodes[code as ErrorCode].status : 400;
}

function isPassing(status: number): boolean {
  return status === 429 || status >= 500;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
