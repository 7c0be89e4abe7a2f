/** Speaks to the Portal over HTTP, and tries again what may be tried again. */

import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Access } from './access.ts';
import { CliError } from './errors.ts';
import { tell, type Terminal } from './terminal.ts';
import { userAgent } from './version.ts';

export interface PortalRequest {
  method: 'GET' | 'POST';
  path: string;
  query?: Record<string, string | undefined>;
  body?: unknown;
  /** Asking twice does what asking once does: then lost answers are asked for again. */
  repeatable: boolean;
}

export interface Portal {
  url: string;
  /** The answer's body, as `schema` knows it. Throws CliError. */
  call<Body>(request: PortalRequest, schema: z.ZodType<Body>): Promise<Body>;
  /** The whole answer, of a status below 300. Throws CliError. */
  send(request: PortalRequest): Promise<Answer>;
}

export interface Answer {
  status: number;
  headers: Headers;
  /** Undefined when it is no JSON. */
  body: unknown;
}

const attemptMs = 30_000;
const defaultPatienceSeconds = 60;
const waitMs = { least: 200, most: 10_000 };

export function openPortal(terminal: Terminal, access: Access): Portal {
  const { url, token, cookie } = access;
  const patience = patienceMs(terminal.env);
  const headers: Record<string, string> = { 'user-agent': userAgent, accept: 'application/json' };
  if (token) headers['authorization'] = `Bearer ${token}`;
  // A cookie authorises only what comes from the Portal's own origin.
  if (cookie) Object.assign(headers, { cookie, origin: url });

  async function send(request: PortalRequest): Promise<Answer> {
    const deadline = Date.now() + patience;
    for (let failures = 1; ; failures += 1) {
      const outcome = await attempt(request, deadline);
      if ('answer' in outcome) return outcome.answer;
      const { error, isUntouched, retryAfterMs } = outcome;
      const bound = Math.min(waitMs.most, waitMs.least * 2 ** Math.min(failures - 1, 10));
      const wait = Math.max(retryAfterMs, Math.random() * bound);
      if (!(request.repeatable || isUntouched) || Date.now() + wait >= deadline) throw error;
      if (failures === 1) tell(terminal, `liblab: ${error.message} Trying again.`);
      await delay(wait);
    }
  }

  async function attempt(request: PortalRequest, deadline: number): Promise<Outcome> {
    const target = new URL(request.path, url);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) target.searchParams.set(name, value);
    }
    let answer: Answer;
    try {
      const response = await fetch(target, {
        method: request.method,
        headers: { ...headers, ...(request.body ? { 'content-type': 'application/json' } : {}) },
        // A credential must not follow to wherever an answer points.
        redirect: 'manual',
        signal: AbortSignal.timeout(Math.max(1, Math.min(attemptMs, deadline - Date.now()))),
        ...(request.body ? { body: JSON.stringify(request.body) } : {}),
      });
      // To its end: an answer that is cut off is none.
      const body = parse(await response.text());
      answer = { status: response.status, headers: response.headers, body };
    } catch (error) {
      return { ...unreachable(url, error), retryAfterMs: 0 };
    }
    if (answer.status < 300) return { answer };
    const error = refusal(answer, access);
    // 429 is answered before anything is done; the others leave it open.
    if (![429, 502, 503, 504].includes(answer.status)) throw error;
    return { error, isUntouched: answer.status === 429, retryAfterMs: retryAfterMs(answer) };
  }

  return {
    url,
    send,
    async call(request, schema) {
      const parsed = schema.safeParse((await send(request)).body);
      if (parsed.success) return parsed.data;
      throw new CliError(
        'failed',
        `What ${url} answered is not the Portal's: ${z.prettifyError(parsed.error)}. Check the address, and proxies on the way.`,
      );
    },
  };
}

type Outcome =
  | { answer: Answer }
  | {
      error: CliError;
      /** Certainly nothing was done. */
      isUntouched: boolean;
      retryAfterMs: number;
    };

function unreachable(url: string, error: unknown): { error: CliError; isUntouched: boolean } {
  const cause = (error as { cause?: NodeJS.ErrnoException }).cause;
  const reason = cause?.code ?? cause?.message ?? (error as Error).message;
  return {
    error: new CliError('unavailable', `${url} cannot be reached (${reason}).`, { cause: error }),
    isUntouched: ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(reason),
  };
}

/** As routes answer, and as tRPC does. */
const failureSchema = z.object({
  error: z.object({
    message: z.string(),
    path: z.string().optional(),
    requestId: z.string().optional(),
    data: z.object({ path: z.string().optional(), requestId: z.string().optional() }).optional(),
  }),
});

function refusal({ status, headers, body }: Answer, { url, token, cookie }: Access): CliError {
  const told = failureSchema.safeParse(body).data?.error;
  if (status >= 300 && status < 400) {
    return new CliError(
      'failed',
      `${url} leads elsewhere, to ${headers.get('location') ?? 'no address'}, where no credential is sent. Set LIBLAB_URL to the Portal's own address.`,
    );
  }
  const path = told?.data?.path ?? told?.path;
  const requestId = told?.data?.requestId ?? told?.requestId;
  const secret = token ?? cookie;
  const message = told?.message ?? `${url} answered ${status}.`;
  const parts = [
    path ? `${path}: ${message}` : message,
    status === 401 && token ? 'Check LIBLAB_TOKEN, and where it goes.' : '',
    status === 401 && cookie ? 'Run liblab login.' : '',
    status >= 500 && requestId ? `The request was ${requestId}.` : '',
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

function retryAfterMs({ headers }: Answer): number {
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

function patienceMs(env: Terminal['env']): number {
  const seconds = Number(env['LIBLAB_TIMEOUT'] || defaultPatienceSeconds);
  if (seconds > 0 && seconds <= 3_600) return seconds * 1_000;
  throw new CliError('usage', 'LIBLAB_TIMEOUT is a number of seconds, at most 3600.');
}
