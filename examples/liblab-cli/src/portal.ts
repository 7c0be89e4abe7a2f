/** `openPortal`: calls the Portal over HTTP, retrying where that is safe. */

import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Access } from './access.ts';
import { CliError } from './errors.ts';
import { printNotice, type Terminal } from './terminal.ts';
import { userAgent } from './version.ts';

/** A request to the Portal. */
export interface PortalRequest {
  method: 'GET' | 'POST';
  path: string;
  query?: Record<string, string | undefined>;
  body?: unknown;
  /** Whether repeating it has no further effect. If so, it is retried when the response is lost. */
  isIdempotent: boolean;
}

/** A Portal and the credentials to call it with. */
export interface Portal {
  url: string;
  /**
   * Sends the request; returns the response's body, parsed by `schema`.
   * @throws CliError
   */
  call<Body>(request: PortalRequest, schema: z.ZodType<Body>): Promise<Body>;
  /**
   * Sends the request; returns a response with a status below 300.
   * @throws CliError
   */
  send(request: PortalRequest): Promise<PortalResponse>;
}

/** A response of the Portal. */
export interface PortalResponse {
  status: number;
  headers: Headers;
  /** Undefined when it is not JSON. */
  body: unknown;
}

const attemptTimeoutMs = 30_000;
const timeoutSecondsDefault = 60;
const retryDelayMs = { min: 200, max: 10_000 };

/**
 * Prepares calls to the Portal with these credentials; connects on the first call.
 * @throws CliError `usage` when LIBLAB_TIMEOUT is invalid
 */
export function openPortal(terminal: Terminal, access: Access): Portal {
  const { url, token, cookie } = access;
  const timeoutMs = timeoutFrom(terminal.env);
  const headers: Record<string, string> = { 'user-agent': userAgent, accept: 'application/json' };
  if (token) headers['authorization'] = `Bearer ${token}`;
  // The Portal accepts a cookie only together with its own origin.
  if (cookie) Object.assign(headers, { cookie, origin: url });

  async function send(request: PortalRequest): Promise<PortalResponse> {
    const deadline = Date.now() + timeoutMs;
    for (let failures = 1; ; failures += 1) {
      const outcome = await attempt(request, deadline);
      if ('response' in outcome) return outcome.response;
      const { error, wasNotProcessed, retryAfterMs } = outcome;
      const bound = Math.min(retryDelayMs.max, retryDelayMs.min * 2 ** Math.min(failures - 1, 10));
      const waitMs = Math.max(retryAfterMs, Math.random() * bound);
      const mayRetry = request.isIdempotent || wasNotProcessed;
      if (!mayRetry || Date.now() + waitMs >= deadline) throw error;
      if (failures === 1) printNotice(terminal, `liblab: ${error.message} Retrying.`);
      await delay(waitMs);
    }
  }

  async function attempt(request: PortalRequest, deadline: number): Promise<Outcome> {
    const target = new URL(request.path, url);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) target.searchParams.set(name, value);
    }
    let response: PortalResponse;
    try {
      const received = await fetch(target, {
        method: request.method,
        headers: { ...headers, ...(request.body ? { 'content-type': 'application/json' } : {}) },
        // Credentials must not be sent to a redirect's target.
        redirect: 'manual',
        signal: AbortSignal.timeout(Math.max(1, Math.min(attemptTimeoutMs, deadline - Date.now()))),
        ...(request.body ? { body: JSON.stringify(request.body) } : {}),
      });
      // Inside the try: a truncated response counts as none.
      const body = parse(await received.text());
      response = { status: received.status, headers: received.headers, body };
    } catch (error) {
      return { ...unreachable(url, error), retryAfterMs: 0 };
    }
    if (response.status < 300) return { response };
    const error = errorFrom(response, access);
    if (![429, 502, 503, 504].includes(response.status)) throw error;
    // A 429 is sent before any processing; after the others it is unknown.
    const wasNotProcessed = response.status === 429;
    return { error, wasNotProcessed, retryAfterMs: retryAfterMs(response) };
  }

  return {
    url,
    send,
    async call(request, schema) {
      const parsed = schema.safeParse((await send(request)).body);
      if (parsed.success) return parsed.data;
      throw new CliError(
        'failed',
        `The response of ${url} is not from the Portal: ${z.prettifyError(parsed.error)}. Check the address and any proxy in between.`,
      );
    },
  };
}

type Outcome =
  | { response: PortalResponse }
  | {
      error: CliError;
      /** True only when the Portal certainly did not process the request. */
      wasNotProcessed: boolean;
      retryAfterMs: number;
    };

function unreachable(url: string, error: unknown): { error: CliError; wasNotProcessed: boolean } {
  const cause = (error as { cause?: NodeJS.ErrnoException }).cause;
  const reason = cause?.code ?? cause?.message ?? (error as Error).message;
  return {
    error: new CliError('unavailable', `Cannot reach ${url} (${reason}).`, { cause: error }),
    wasNotProcessed: ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(reason),
  };
}

/** Error bodies of HTTP routes and of tRPC, which nests details in `data`. */
const failureSchema = z.object({
  error: z.object({
    message: z.string(),
    path: z.string().optional(),
    requestId: z.string().optional(),
    data: z.object({ path: z.string().optional(), requestId: z.string().optional() }).optional(),
  }),
});

function errorFrom(
  { status, headers, body }: PortalResponse,
  { url, token, cookie }: Access,
): CliError {
  const failure = failureSchema.safeParse(body).data?.error;
  if (status >= 300 && status < 400) {
    return new CliError(
      'failed',
      `${url} redirects to ${headers.get('location') ?? 'an unknown address'}, and credentials are not sent to another address. Set LIBLAB_URL to the Portal's final address.`,
    );
  }
  const path = failure?.data?.path ?? failure?.path;
  const requestId = failure?.data?.requestId ?? failure?.requestId;
  const secret = token ?? cookie;
  const message = failure?.message ?? `${url} responded with status ${status}.`;
  const parts = [
    path ? withPath(path, message) : message,
    status === 401 && token ? `Check that LIBLAB_TOKEN is valid for ${url}.` : '',
    status === 401 && cookie ? 'Run liblab login.' : '',
    status >= 500 && requestId ? `Request id: ${requestId}.` : '',
  ];
  const text = parts.filter(Boolean).join(' ');
  const kind =
    status === 401 || status === 403
      ? 'notAllowed'
      : status === 429 || status >= 500
        ? 'unavailable'
        : 'failed';
  return new CliError(kind, secret ? text.replaceAll(secret, '[secret]') : text);
}

/** Names the invalid value once: the Portal's messages may begin with its name, which pages show. */
function withPath(path: string, message: string): string {
  if (message.startsWith(path)) return message;
  const [name = ''] = /^(?:The field|An item of) "[^"]+"(?= )/.exec(message) ?? [];
  return name === '' ? `${path}: ${message}` : path + message.slice(name.length);
}

function retryAfterMs({ headers }: PortalResponse): number {
  const seconds = Number(headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 0;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function timeoutFrom(env: Terminal['env']): number {
  const seconds = Number(env['LIBLAB_TIMEOUT'] || timeoutSecondsDefault);
  if (seconds > 0 && seconds <= 3_600) return seconds * 1_000;
  throw new CliError('usage', 'LIBLAB_TIMEOUT must be a positive number of seconds, at most 3600.');
}
