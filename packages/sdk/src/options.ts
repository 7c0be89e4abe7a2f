/** The options of a client: their units, defaults and bounds, checked once when it is made. */

import { limits, type Actor, type Catalogue, type LiblabCatalogue } from '@liblab/audit-core';
import { z } from 'zod';
import { ConfigurationError } from './errors.ts';
import type { OnError } from './report-failures.ts';

export interface AuditClientOptions<
  C extends Catalogue = LiblabCatalogue,
  A extends Actor | undefined = Actor | undefined,
> {
  /** Address of the audit API, as in `https://portal.example.com`. Default: env `AUDIT_URL`. */
  url?: string | undefined;
  /** A key with the scope `emit`. Default: env `AUDIT_API_KEY`. */
  apiKey?: string | undefined;
  /** The event types that may be emitted. Default: `liblabCatalogue`. */
  catalogue?: C | undefined;
  /** The organisation of events that name none; needed only with a key of several. */
  organizationId?: string | undefined;
  /** Who acted, for events that name no actor. */
  actor?: A;
  /** Name of the emitting tool: the default of `context.service`. */
  service?: string | undefined;
  /** Its version: the default of `context.serviceVersion`. */
  serviceVersion?: string | undefined;
  /** Told of every event that was not recorded. Default: one console.warn per error class and minute. */
  onError?: OnError | undefined;
  /** Events a request. Default 500, at most 1,000. */
  batchEventsMax?: number | undefined;
  /** Bytes of a request before compression. Default 1 MiB, at most 4 MiB. */
  batchBytesMax?: number | undefined;
  /** Requests at a time. Default 4. With 1 events are recorded strictly in the order of emission. */
  inFlightMax?: number | undefined;
  /** How long a partial batch waits for more while another request is under way, ms. Default 5. */
  lingerMs?: number | undefined;
  /** Events kept in memory until acknowledged; beyond it `emit` rejects with QueueFullError. Default 50,000. */
  queueEventsMax?: number | undefined;
  /** Bytes of JSON kept in memory until acknowledged; likewise. Default 64 MiB. */
  queueBytesMax?: number | undefined;
  /** Time limit of one attempt, ms. Default 15,000. */
  attemptTimeoutMs?: number | undefined;
  /** How long an event is retried, from its emission, ms. Default 300,000. */
  giveUpAfterMs?: number | undefined;
  /** Upper bound of the first wait between attempts, ms; it doubles with each failure. Default 100. */
  retryDelayMinMs?: number | undefined;
  /** Upper bound of any wait between attempts, ms, unless Retry-After asks for more. Default 10,000. */
  retryDelayMaxMs?: number | undefined;
  /** Compress requests of 1 KiB and more. Default: true, but false on loopback, where it only costs time. */
  gzip?: boolean | undefined;
}

const ms = (least: number, fallback: number) =>
  z.int().min(least).max(2_147_483_647).default(fallback);
const count = (fallback: number, most = Number.MAX_SAFE_INTEGER) =>
  z.int().min(1).max(most).default(fallback);

const schema = z.strictObject({
  url: z.string('is missing; pass it or set AUDIT_URL'),
  apiKey: z
    .string('is missing; pass it or set AUDIT_API_KEY')
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces'),
  catalogue: z.custom<Catalogue>().optional(),
  organizationId: z.guid('must be a UUID').optional(),
  actor: z.custom<Actor>().optional(),
  service: z.string().optional(),
  serviceVersion: z.string().optional(),
  onError: z
    .custom<OnError>((value) => typeof value === 'function', 'must be a function')
    .optional(),
  batchEventsMax: count(500, limits.eventsPerRequestMax),
  batchBytesMax: z
    .int()
    .min(limits.eventBytesMax + 1_024)
    .max(limits.requestBytesMax)
    .default(1024 * 1024),
  inFlightMax: count(4),
  lingerMs: ms(0, 5),
  queueEventsMax: count(50_000),
  queueBytesMax: count(64 * 1024 * 1024),
  attemptTimeoutMs: ms(1, 15_000),
  giveUpAfterMs: ms(1, 300_000),
  retryDelayMinMs: ms(1, 100),
  retryDelayMaxMs: ms(1, 10_000),
  gzip: z.boolean().optional(),
});

export type CheckedOptions = Omit<z.output<typeof schema>, 'url' | 'gzip'> & {
  /** The ingest door. */
  endpoint: URL;
  gzip: boolean;
};

/** Fills in environment and defaults. Throws ConfigurationError, whose message never holds the key. */
export function checkOptions(
  given: AuditClientOptions<Catalogue>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): CheckedOptions {
  const parsed = schema.safeParse({
    ...given,
    url: given.url ?? env['AUDIT_URL'],
    apiKey: given.apiKey ?? env['AUDIT_API_KEY'],
  });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigurationError(`AuditClient: ${issue?.path.join('.')} ${issue?.message}`);
  }
  const { url, gzip, ...rest } = parsed.data;
  const endpoint = endpointOf(url);
  return { ...rest, endpoint, gzip: gzip ?? !isLoopback(endpoint) };
}

function endpointOf(text: string): URL {
  if (!URL.canParse(text)) {
    throw new ConfigurationError(
      'AuditClient: url is no address; it looks like https://portal.example.com',
    );
  }
  const url = new URL(text);
  if (url.username || url.password || url.search || url.hash) {
    throw new ConfigurationError(
      'AuditClient: url may hold no user, query or fragment; the key goes into apiKey',
    );
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    throw new ConfigurationError(
      `AuditClient: url must begin with https://; ${url.protocol}// would send the key in the clear. http:// is for loopback alone.`,
    );
  }
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/events`;
  return url;
}

function isLoopback({ hostname }: URL): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}
