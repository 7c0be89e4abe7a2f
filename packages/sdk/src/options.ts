/** The options of a client: units, defaults and limits, checked once by its constructor. */

import {
  explainIssue,
  limits,
  type Actor,
  type Catalogue,
  type LiblabCatalogue,
} from '@liblab/audit-core';
import { z } from 'zod';
import { ConfigurationError } from './errors.ts';
import type { OnError } from './report-failures.ts';

/** Options of `AuditClient`; all are optional when `AUDIT_URL` and `AUDIT_API_KEY` are set. */
export interface AuditClientOptions<
  C extends Catalogue = LiblabCatalogue,
  A extends Actor | undefined = Actor | undefined,
> {
  /** Address of the audit API, such as `https://portal.example.com`. Default: env `AUDIT_URL`. */
  url?: string | undefined;
  /** A key with the scope `emit`. Default: env `AUDIT_API_KEY`. */
  apiKey?: string | undefined;
  /** The event types that may be emitted. Default: `liblabCatalogue`. */
  catalogue?: C | undefined;
  /** Default organisation of events; only needed when the key is valid for several. */
  organizationId?: string | undefined;
  /** Default actor of events. */
  actor?: A;
  /** Name of the emitting tool; the default of `context.service`. */
  service?: string | undefined;
  /** Version of the emitting tool; the default of `context.serviceVersion`. */
  serviceVersion?: string | undefined;
  /** Called for every event that was not recorded. Default: one console.warn per error class and minute. */
  onError?: OnError | undefined;
  /** Maximum events per request. Default 500, at most 1,000. */
  batchEventsMax?: number | undefined;
  /** Maximum bytes per request, before compression. Default 1 MiB, at most 4 MiB. */
  batchBytesMax?: number | undefined;
  /** Maximum concurrent requests. Default 4. With 1, events are recorded strictly in order of emission. */
  inFlightMax?: number | undefined;
  /** How long a partial batch waits for more events while another request is in flight, in ms. Default 5. */
  lingerMs?: number | undefined;
  /** Maximum unacknowledged events in memory; beyond it, `emit` rejects with QueueFullError. Default 50,000. */
  queueEventsMax?: number | undefined;
  /** Maximum bytes of unacknowledged events, as JSON; beyond it, likewise. Default 64 MiB. */
  queueBytesMax?: number | undefined;
  /** Time limit of one attempt, in ms. Default 15,000. */
  attemptTimeoutMs?: number | undefined;
  /** How long an event is retried after its emission, in ms. Default 300,000. */
  giveUpAfterMs?: number | undefined;
  /** Upper limit of the first wait between attempts, in ms; it doubles with each failure. Default 100. */
  retryDelayMinMs?: number | undefined;
  /** Upper limit of any wait between attempts, in ms; Retry-After may exceed it. Default 10,000. */
  retryDelayMaxMs?: number | undefined;
  /** Compress requests of 1 KiB or more. Default: true, except on loopback, where it only costs CPU. */
  gzip?: boolean | undefined;
}

const ms = (min: number, fallback: number) => z.int().min(min).max(2_147_483_647).default(fallback);
const count = (fallback: number, max = Number.MAX_SAFE_INTEGER) =>
  z.int().min(1).max(max).default(fallback);

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

/** Valid options with defaults filled in. */
export type CheckedOptions = Omit<z.output<typeof schema>, 'url' | 'gzip'> & {
  /** The URL that events are posted to. */
  endpoint: URL;
  gzip: boolean;
};

/**
 * Validates options and fills in the environment and defaults.
 * @throws ConfigurationError, whose message never contains the key
 */
export function checkOptions(
  given: AuditClientOptions<Catalogue>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): CheckedOptions {
  const parsed = schema.safeParse(
    {
      ...given,
      url: given.url ?? env['AUDIT_URL'],
      apiKey: given.apiKey ?? env['AUDIT_API_KEY'],
    },
    { error: explainIssue },
  );
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    // The path is empty for an unknown option, and one option's name otherwise.
    const option = issue?.path.length ? String(issue.path[0]) : 'options';
    throw new ConfigurationError(`AuditClient: ${option} ${issue?.message}`);
  }
  const { url, gzip, ...rest } = parsed.data;
  const endpoint = endpointOf(url);
  return { ...rest, endpoint, gzip: gzip ?? !isLoopback(endpoint) };
}

function endpointOf(text: string): URL {
  if (!URL.canParse(text)) {
    throw new ConfigurationError(
      'AuditClient: url is not a valid URL. Use an address such as https://portal.example.com.',
    );
  }
  const url = new URL(text);
  if (url.username || url.password || url.search || url.hash) {
    throw new ConfigurationError(
      'AuditClient: url must not contain a user name, password, query or fragment. Pass the key as apiKey.',
    );
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    throw new ConfigurationError(
      `AuditClient: url must start with https://, because ${url.protocol}// would send the key unencrypted. http:// is allowed for loopback addresses only.`,
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
