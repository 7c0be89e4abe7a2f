/** The ingest door: checks each event by its type and the key's rights, appends the good ones, answers for all. */

import type { KeyObject } from 'node:crypto';
import {
  AppError,
  isReservedType,
  limits,
  type Catalogue,
  type ErrorCode,
  type EventResult,
  type IngestResponse,
  type KeyScope,
} from '@liblab/audit-core';

import type { PreparedEvent } from '../store/row-codec.ts';
import { isoTime } from './iso-time.ts';
import { prepareEvent } from './prepare-event.ts';
import type { Appended, Sequencer } from './sequencer.ts';
import { sortedJson } from './sorted-json.ts';

/** What appending events takes. */
export interface IngestContext {
  sequencer: Sequencer;
  catalogue: Catalogue;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** Keys the content MACs of events. */
  contentKey: KeyObject;
}

/** Who emits: a key, with the organisations and types it may emit for. */
export interface Emitter {
  keyId: string;
  organizationIds: readonly string[];
  scopes: readonly KeyScope[];
  /** Undefined or null: every type that is not reserved. */
  emitTypes: readonly string[] | null;
}

type Accepted = { organizationId: string; event: PreparedEvent };
export type Verdict = { accepted: Accepted } | { rejected: EventResult };

/**
 * Appends a request's events: one result per event in the request's order; one bad event never rejects its neighbours.
 * Throws AppError for the request as a whole: `bad_request`, `too_large`, `queue_full`, `unavailable`.
 */
export async function appendEvents(
  services: IngestContext,
  emitter: Emitter,
  body: unknown,
  address: string | undefined,
): Promise<IngestResponse> {
  const events = eventsOf(body);
  const verdicts = events.map((sent, index) =>
    judge(services, emitter, sent, `$.events[${index}]`, address),
  );
  const appended = await services.sequencer.append(
    verdicts.flatMap((verdict) => ('accepted' in verdict ? [verdict.accepted] : [])),
  );
  let next = 0;
  return {
    results: verdicts.map((verdict, index) =>
      'rejected' in verdict
        ? verdict.rejected
        : answer(verdict.accepted.event.id, appended[next++] as Appended, `$.events[${index}].id`),
    ),
  };
}

function eventsOf(body: unknown): unknown[] {
  const events =
    typeof body === 'object' && body !== null ? (body as { events?: unknown }).events : undefined;
  if (!Array.isArray(events)) {
    throw new AppError('bad_request', 'The body must be {"events": [...]}.', { path: '$.events' });
  }
  if (events.length === 0) {
    throw new AppError('bad_request', 'The request contains no events. Send 1 to 1,000.', {
      path: '$.events',
    });
  }
  if (events.length > limits.eventsPerRequestMax) {
    throw new AppError(
      'too_large',
      `The request contains ${events.length} events; the limit is ${limits.eventsPerRequestMax}. Split them into several requests.`,
      { path: '$.events' },
    );
  }
  return events;
}

function judge(
  { catalogue, clock, contentKey }: Pick<IngestContext, 'catalogue' | 'clock' | 'contentKey'>,
  emitter: Emitter,
  sent: unknown,
  path: string,
  address: string | undefined,
): Verdict {
  // Whatever else is wrong with it, and of any version: one that this server does not know yet is reserved like those it
  // knows.
  const type = typeOf(sent);
  if (
    type !== undefined &&
    (isReservedType(type) || catalogue.latest(type)?.recordedBy === 'portal')
  ) {
    return rejected(
      sent,
      'reserved_type',
      `${path}.type`,
      `${type} is recorded by the Portal itself; no key may emit it`,
    );
  }
  const checked = catalogue.check(sent);
  if (!checked.ok) {
    const { code, message } = checked.error;
    return rejected(sent, code, path + checked.error.path.slice(1), message);
  }
  const { event, definition } = checked;
  const canonical = sortedJson(sent);
  const bytes = Buffer.byteLength(canonical);
  if (bytes > limits.eventBytesMax) {
    return rejected(
      sent,
      'too_large',
      path,
      `is ${bytes} bytes; the limit is ${limits.eventBytesMax}. Shorten its details or changes.`,
    );
  }
  if (emitter.emitTypes && !emitter.emitTypes.includes(event.type)) {
    return rejected(
      sent,
      'type_not_allowed',
      `${path}.type`,
      `this key may emit ${emitter.emitTypes.join(', ')} only`,
    );
  }
  const organizationId = organizationOf(event.organizationId, emitter);
  if (typeof organizationId !== 'string') {
    return rejected(sent, organizationId.code, `${path}.organizationId`, organizationId.message);
  }
  const isImported = clock() - Date.parse(event.occurredAt) > limits.importAfterMs;
  if (isImported && !emitter.scopes.includes('import')) {
    return rejected(
      sent,
      'too_late',
      `${path}.occurredAt`,
      'is more than 7 days ago; use a key with the scope import',
    );
  }
  // Whoever imports is not where the actor was: no address is truer than theirs.
  if (address !== undefined && !isImported) event.context.ip ??= address;
  return {
    accepted: {
      organizationId,
      event: prepareEvent({ canonical, event, definition, keyId: emitter.keyId }, contentKey),
    },
  };
}

/** Undefined for one that is too long to be a type: the answer does not repeat it. */
function typeOf(sent: unknown): string | undefined {
  const type = (sent as { type?: unknown } | null)?.type;
  return typeof type === 'string' && type.length <= 100 ? type : undefined;
}

/** The event's organisation, else the key's only one. A foreign one answers exactly as one that does not exist. */
function organizationOf(
  given: string | undefined,
  { organizationIds }: Emitter,
): string | { code: ErrorCode; message: string } {
  if (given !== undefined) {
    if (organizationIds.includes(given)) return given;
    return { code: 'not_found', message: 'there is no such organisation for this key' };
  }
  const [only, ...others] = organizationIds;
  if (only !== undefined && others.length === 0) return only;
  return {
    code: 'invalid_event',
    message: `is required: this key emits for ${organizationIds.length} organisations`,
  };
}

/** The verdict on an event that is not appended; `sent` tells its id, if anything does. */
export function rejected(sent: unknown, code: ErrorCode, path: string, message: string): Verdict {
  const id = (sent as { id?: unknown } | null)?.id;
  return {
    rejected: {
      id: typeof id === 'string' && id.isWellFormed() ? id.slice(0, 64) : null,
      status: 'rejected',
      error: { code, path, message },
    },
  };
}

/** What the sequencer said, as an emitter is told it. */
export function answer(id: string, appended: Appended, path: string): EventResult {
  if (appended.status === 'rejected') {
    return {
      id,
      status: 'rejected',
      error: { code: appended.code, path, message: appended.message },
    };
  }
  return {
    id,
    status: appended.status,
    seq: appended.seq,
    leafHash: appended.leafHash.toString('base64'),
    loggedAt: isoTime(appended.loggedAtMs),
  };
}
