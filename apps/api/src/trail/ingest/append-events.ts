/** Ingest: checks each event against its type and the key's rights, appends the valid ones and returns all results. */

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

import { contentMac, readContent } from '../store/content-mac.ts';
import type { PreparedEvent } from '../store/row-codec.ts';
import { isoTime } from './iso-time.ts';
import { prepareEvent } from './prepare-event.ts';
import type { Appended, Sequencer } from './sequencer.ts';

/** The services needed to append events. */
export interface IngestContext {
  sequencer: Sequencer;
  catalogue: Catalogue;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** The key of the events' content MACs. */
  contentKey: KeyObject;
}

/** The key that emits, with the organisations and types it may emit for. */
export interface Emitter {
  keyId: string;
  organizationIds: readonly string[];
  scopes: readonly KeyScope[];
  /** Null for every type that is not reserved. */
  emitTypes: readonly string[] | null;
}

type Accepted = { organizationId: string; event: PreparedEvent };
export type Verdict = { accepted: Accepted } | { rejected: EventResult };

/**
 * Appends a request's events. Returns one result for each event, in order; an invalid event does not affect the others.
 * `address` is the emitter's, recorded where an event has none.
 *
 * @throws AppError `bad_request`, `too_large`, `queue_full`, `unavailable` for the request as a whole
 */
export async function appendEvents(
  services: IngestContext,
  emitter: Emitter,
  body: unknown,
  address: string | undefined,
): Promise<IngestResponse> {
  const events = eventsOf(body);
  const verdicts = events.map((sent, index) =>
    checkEvent(services, emitter, sent, `$.events[${index}]`, address),
  );
  const appended = await services.sequencer.append(
    verdicts.flatMap((verdict) => ('accepted' in verdict ? [verdict.accepted] : [])),
  );
  let next = 0;
  return {
    results: verdicts.map((verdict, index) =>
      'rejected' in verdict
        ? verdict.rejected
        : resultOf(
            verdict.accepted.event.id,
            appended[next++] as Appended,
            `$.events[${index}].id`,
          ),
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

function checkEvent(
  { catalogue, clock, contentKey }: Pick<IngestContext, 'catalogue' | 'clock' | 'contentKey'>,
  emitter: Emitter,
  sent: unknown,
  path: string,
  address: string | undefined,
): Verdict {
  // Checked first and for any version: a version of a reserved type that this server does not know is reserved too.
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
  const content = readContent(sent);
  const bytes = Buffer.byteLength(content.text);
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
  const mac = contentMac(content, contentKey);
  // An importer's address is not the actor's, so an imported event without an address keeps none.
  if (address !== undefined && !isImported) event.context.ip ??= address;
  return {
    accepted: {
      organizationId,
      event: prepareEvent({ mac, event, definition, keyId: emitter.keyId }),
    },
  };
}

/** Undefined when the text is too long to be a type, so that the response does not repeat it. */
function typeOf(sent: unknown): string | undefined {
  const type = (sent as { type?: unknown } | null)?.type;
  return typeof type === 'string' && type.length <= 100 ? type : undefined;
}

/** The event's organisation, else the key's only one. A foreign organisation gives the same error as an unknown one. */
function organizationOf(
  requestedId: string | undefined,
  { organizationIds }: Emitter,
): string | { code: ErrorCode; message: string } {
  if (requestedId !== undefined) {
    if (organizationIds.includes(requestedId)) return requestedId;
    return { code: 'not_found', message: 'is not an organisation of this key' };
  }
  const [only, ...others] = organizationIds;
  if (only !== undefined && others.length === 0) return only;
  return {
    code: 'invalid_event',
    message: `is required: this key emits for ${organizationIds.length} organisations`,
  };
}

/** The result for an invalid event, with its id if it has one. */
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

/** Maps a sequencer result to the wire result. */
export function resultOf(id: string, appended: Appended, path: string): EventResult {
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
