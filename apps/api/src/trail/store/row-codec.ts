/**
 * The row codec: how an event becomes a row of audit_events, and how a row becomes an event. No other code that serves
 * requests knows what the columns mean. Verification reads them with code of its own (ADR 9).
 *
 * Everything about a person is in `disclosures` and behind the two refs to addresses. Erasure and retention may remove
 * single disclosures and set the refs to null; every other column stays. `readEvent` returns what is left.
 */

import {
  limits,
  outcomes,
  type Actor,
  type Catalogue,
  type EventDefinition,
  type Json,
  type Outcome,
  type SentEvent,
  type Target,
  type TrailEvent,
} from '@liblab/audit-core';
import type { Pool, PoolClient, QueryConfig, QueryResult } from 'pg';
import type { BinaryRows } from '../../db/copy-rows.ts';
import { isoTimeTypes } from '../../db/iso-times.ts';
import type { ActorRefs } from './actor-refs.ts';
import type { ContentMac } from './content-mac.ts';
import { mergeParts, splitEvent, type EventPart } from './event-parts.ts';
import { nextSalt } from './next-salt.ts';

/** The column `outcome` is a "char". Codes are stored: one that is in use never gets another meaning. */
export const outcomeCodes = {
  success: 's',
  failure: 'f',
  denied: 'd',
} as const satisfies Record<Outcome, string>;

export type OutcomeCode = (typeof outcomeCodes)[Outcome];

const outcomesByCode: ReadonlyMap<string, Outcome> = new Map(
  outcomes.map((outcome) => [outcomeCodes[outcome], outcome]),
);

/** What `readEvent` returns for an erased part that every event has. */
const erased: { version: number; actor: Actor } = {
  version: 1,
  actor: { type: 'user', id: 'erased' },
};

// Writing

/** An event encoded for its row, before it has a position and a time. */
export interface PreparedEvent {
  id: string;
  type: string;
  occurredAtMs: number;
  outcome: OutcomeCode;
  /** Distinguishes a repeat from another event with the same id. */
  contentMac: ContentMac;
  /** As `addressOf` returns it. */
  actorAddress: string;
  behalfAddress: string | undefined;
  targets: readonly Target[];
  /** The key that reported it; null for the Portal's own events. */
  keyId: string | null;
  /** As `joinDisclosures` returns it. */
  disclosures: string;
  /** base64url, sorted. */
  digests: string[];
}

/** An event with its place in the trail: one row. */
export interface PlacedEvent {
  event: PreparedEvent;
  seq: number;
  loggedAtMs: number;
  /** The earlier of occurred and logged, which the trail is sorted by. */
  atMs: number;
  late: boolean;
  actorRef: bigint;
  behalfRef: bigint | undefined;
}

/** The event's disclosures (RFC 9901), each with a salt of its own: the units of erasure. */
export function encodeDisclosures(
  event: SentEvent,
  definition: EventDefinition | undefined,
): string[] {
  return splitEvent(event, definition).map(({ name, value }) =>
    Buffer.from(JSON.stringify([nextSalt(), name, value])).toString('base64url'),
  );
}

const separator = '~';

export function joinDisclosures(disclosures: readonly string[]): string {
  return disclosures.join(separator);
}

export function splitDisclosures(disclosures: string): string[] {
  return disclosures.split(separator).filter(Boolean);
}

export function placeEvent(
  event: PreparedEvent,
  seq: number,
  loggedAtMs: number,
  refs: ActorRefs,
): PlacedEvent {
  return {
    event,
    seq,
    loggedAtMs,
    atMs: Math.min(event.occurredAtMs, loggedAtMs),
    late: loggedAtMs - event.occurredAtMs > limits.lateAfterMs,
    actorRef: refs.of(event.actorAddress),
    behalfRef: event.behalfAddress === undefined ? undefined : refs.of(event.behalfAddress),
  };
}

/** The entry's name for the column `key_id`: the key that reported the event, or the Portal itself. */
export function entryKey(keyId: string | null): string {
  return keyId ?? 'portal';
}

/** The table and its columns in the order in which `addRow` writes them. */
export const rowColumns = `audit_events (organization_id, seq, id, content_mac, at, logged_at, late, type, outcome,
  actor_ref, behalf_ref, key_id, disclosures)`;

/** Bytes of a typical row. */
export const rowBytes = 1_200;

/** Adds one row for COPY into `rowColumns`. */
export function addRow(rows: BinaryRows, organizationId: string, placed: PlacedEvent): void {
  const { event, seq, loggedAtMs, atMs, late, actorRef, behalfRef } = placed;
  rows.row(13).uuid(organizationId).bigint(seq).uuid(event.id).bytea(event.contentMac.stored);
  rows.time(atMs).time(loggedAtMs).bool(late);
  rows.text(event.type).text(event.outcome).bigint(actorRef);
  if (behalfRef === undefined) rows.null();
  else rows.bigint(behalfRef);
  if (event.keyId === null) rows.null();
  else rows.uuid(event.keyId);
  rows.text(event.disclosures);
}

// Reading

/** A row of audit_events, as `queryEvents` returns it. */
export interface EventRow {
  organization_id: string;
  seq: number;
  id: string;
  /** ISO 8601 in UTC with milliseconds, and so is `logged_at`. */
  at: string;
  logged_at: string;
  late: boolean;
  type: string;
  outcome: string;
  key_id: string | null;
  disclosures: string;
}

/** The row of an event that was just written, as `queryEvents` will return it. */
export function rowOf(organizationId: string, placed: PlacedEvent): EventRow {
  const { event, seq, atMs, loggedAtMs, late } = placed;
  return {
    organization_id: organizationId,
    seq,
    id: event.id,
    at: new Date(atMs).toISOString(),
    logged_at: new Date(loggedAtMs).toISOString(),
    late,
    type: event.type,
    outcome: event.outcome,
    key_id: event.keyId,
    disclosures: event.disclosures,
  };
}

const readColumns = [
  'organization_id',
  'seq',
  'id',
  'at',
  'logged_at',
  'late',
  'type',
  'outcome',
  'key_id',
  'disclosures',
];

/** The columns of `EventRow`, of a table or subquery with this alias. */
export function columnsOf(alias: string): string {
  return readColumns.map((column) => `${alias}.${column}`).join(', ');
}

/** `columnsOf('e')`. */
export const eventColumns = columnsOf('e');

/** Runs a select of `eventColumns` and of any other columns that `Row` has. */
export function queryEvents<Row extends EventRow = EventRow>(
  db: Pool | PoolClient,
  statement: QueryConfig,
): Promise<QueryResult<Row>> {
  return db.query<Row>({ ...statement, types: isoTimeTypes });
}

/**
 * The event of a row. What was erased is absent; an erased actor reads as the user `erased`, an erased time as the row's.
 * `keyNames` maps the ids of keys to their names.
 */
export function readEvent(
  row: EventRow,
  catalogue: Catalogue,
  keyNames: ReadonlyMap<string, string>,
): TrailEvent {
  const {
    version = erased.version,
    actor,
    occurredAt,
    outcome,
    targets,
    context,
    details,
    reason,
    changes,
  } = readDisclosures(row.disclosures);
  const definition = catalogue.find(row.type, version);
  const { at } = row;
  const event: TrailEvent = {
    id: row.id,
    seq: row.seq,
    type: row.type,
    version,
    organizationId: row.organization_id,
    occurredAt: occurredAt ?? at,
    loggedAt: row.logged_at,
    at,
    late: row.late,
    actor: actor ?? { ...erased.actor },
    targets: targets ?? [],
    // For a code that this version does not know, the disclosure has the outcome.
    outcome: readOutcome(row) ?? outcome ?? 'success',
    context: context ?? {},
    details: inOrder(details ?? {}, definition?.details),
    known: definition !== undefined,
  };
  if (reason !== undefined) event.reason = reason;
  if (changes !== undefined) event.changes = changes;
  if (row.key_id !== null) {
    event.reportedBy = { keyId: row.key_id, name: keyNames.get(row.key_id) ?? row.key_id };
  }
  return event;
}

/** Undefined for a code that is not one of `outcomeCodes`. */
export function readOutcome(row: Pick<EventRow, 'outcome'>): Outcome | undefined {
  return outcomesByCode.get(row.outcome);
}

/** Merges the remaining disclosures. */
export function readDisclosures(disclosures: string): EventPart {
  return mergeParts(disclosures.split(separator), readDisclosure);
}

/**
 * Undefined for text that is not a disclosure: one damaged row must not make the rest of the page unreadable.
 * Verification reports it.
 */
function readDisclosure(disclosure: string): EventPart | undefined {
  if (disclosure === '') return undefined;
  try {
    const [, , value] = JSON.parse(decode(disclosure)) as Json[];
    return typeof value === 'object' && value !== null ? (value as EventPart) : undefined;
  } catch {
    return undefined;
  }
}

/** Shared: it is written and read without an await in between. */
let scratch = Buffer.allocUnsafe(16_384);

function decode(base64url: string): string {
  if (base64url.length > scratch.length) scratch = Buffer.allocUnsafe(base64url.length);
  return scratch.toString('utf8', 0, scratch.write(base64url, 'base64url'));
}

type Details = Record<string, Json>;

/** In the catalogue's order: the order of the disclosures would show which details are private. */
function inOrder(details: Details, shape: object | undefined): Details {
  if (!shape) return details;
  const ordered: Details = {};
  for (const name in shape) if (Object.hasOwn(details, name)) ordered[name] = details[name] as Json;
  for (const name in details)
    if (!Object.hasOwn(shape, name)) ordered[name] = details[name] as Json;
  return ordered;
}
