/** `defineCatalogue`: a set of event types, from which types, validation, labels and documentation follow. */

import type { z } from 'zod';
import { checkDefinition } from './check-definition.ts';
import type { EventDefinition } from './define-event.ts';
import { dropRedactedValues } from './drop-redacted-values.ts';
import { envelopeSchema, type SentEvent } from './event.ts';
import type { ErrorCode } from './errors.ts';
import { explainIssue } from './explain-issue.ts';
import { jsonPath } from './json-path.ts';
import { isReservedType, reservedNamespaces } from './reserved-types.ts';
import { findUnstorable } from './storable.ts';

/** Why an event was rejected. `path` is a JSON path in which `$` is the event; `message` is worded to follow it. */
export interface Rejection {
  code: ErrorCode;
  path: string;
  message: string;
}

/** The result of `Catalogue.check`: the event in normal form, or the first problem. */
export type Checked =
  | { ok: true; event: SentEvent; definition: EventDefinition | undefined }
  | { ok: false; error: Rejection };

/** An event type as pages and documents show it: plain data, safe to send. */
export interface EventTypeDescription {
  type: string;
  version: number;
  title: string;
  description: string;
  category: string;
  recordedBy: 'emitter' | 'portal';
  sentence: string;
  attempt?: string;
  link?: { path: string; label: string };
  retentionDays: number;
  details: { name: string; public: boolean }[];
  targets: readonly string[];
}

/** A set of event types; see `defineCatalogue`. */
export interface Catalogue<Definition extends EventDefinition = EventDefinition> {
  readonly definitions: readonly Definition[];
  /** The entry for a type and version; undefined when it is not in this catalogue. */
  find(type: string, version: number): EventDefinition | undefined;
  /** The newest version of a type; undefined when it is not in this catalogue. */
  latest(type: string): EventDefinition | undefined;
  /**
   * Validates an event as sent. For unknown types and versions, checks only the envelope and leaves `definition`
   * undefined, since an emitter may be newer than the server. The values of redacted changes are dropped.
   */
  check(event: unknown): Checked;
  /** Describes the newest version of each type, in the catalogue's order. */
  describe(): EventTypeDescription[];
  /**
   * Combines this catalogue with another package's.
   * @throws Error on the conflicts that `defineCatalogue` rejects
   */
  with<Other extends EventDefinition>(other: Catalogue<Other>): Catalogue<Definition | Other>;
}

/**
 * Builds a catalogue.
 * @throws Error when a definition is wrong (see `defineEvent`), when a type and version is defined twice, when a newer
 *   version would let keys emit a type that the Portal records, or when a type that keys may emit is in a namespace
 *   reserved for the Portal
 */
export function defineCatalogue<const Definitions extends readonly EventDefinition[]>(
  definitions: Definitions,
): Catalogue<Definitions[number]> {
  const byKey = new Map<string, EventDefinition>();
  const newest = new Map<string, EventDefinition>();
  for (const definition of definitions) {
    checkDefinition(definition);
    const key = `${definition.type}@${definition.version}`;
    if (byKey.has(key)) {
      throw new Error(`${key} is defined twice. Change the type or version of one definition.`);
    }
    byKey.set(key, definition);
    const other = newest.get(definition.type);
    if (!other || other.version < definition.version) newest.set(definition.type, definition);
  }
  for (const { type, version, recordedBy } of definitions) {
    if (recordedBy === 'emitter' && isReservedType(type)) {
      throw new Error(
        `${type}@${version} is in a namespace reserved for the Portal (${reservedNamespaces.join(', ')}). Use another type.`,
      );
    }
    const latest = newest.get(type);
    if (recordedBy === 'portal' && latest?.recordedBy === 'emitter') {
      throw new Error(
        `${type}@${latest.version} is recorded by emitters, but the Portal records ${type}@${version}. Use another type.`,
      );
    }
  }
  const find = (type: string, version: number) => byKey.get(`${type}@${version}`);
  return {
    definitions,
    find,
    latest: (type) => newest.get(type),
    check: (event) => check(event, find),
    describe: () => [...newest.values()].map(describe),
    with: (other) => defineCatalogue([...definitions, ...other.definitions]),
  };
}

function check(
  sent: unknown,
  find: (type: string, version: number) => EventDefinition | undefined,
): Checked {
  const event = dropRedactedValues(sent);
  const unstorable = findUnstorable(event);
  if (unstorable) return rejected(jsonPath([]) + unstorable.path, unstorable.message);
  const { type, version = 1 } = (event ?? {}) as { type?: unknown; version?: unknown };
  const definition =
    typeof type === 'string' && typeof version === 'number' ? find(type, version) : undefined;
  const schema = definition?.schemas.event ?? envelopeSchema;
  const parsed = schema.safeParse(event, { error: explainIssue });
  if (parsed.success) return { ok: true, event: normalize(parsed.data as SentEvent), definition };
  const issue = parsed.error.issues[0];
  if (!issue) return rejected(jsonPath([]), 'is not an event');
  if (issue.code === 'unrecognized_keys') {
    const path = jsonPath([...issue.path, issue.keys[0] ?? '']);
    return rejected(path, 'is not a field of this event type; remove it or fix its name');
  }
  return rejected(jsonPath(issue.path), issue.message);
}

function rejected(path: string, message: string): Checked {
  return { ok: false, error: { code: 'invalid_event', path, message } };
}

/** Brings equal values to one spelling: lower-case UUIDs and UTC times with milliseconds. */
function normalize(event: SentEvent): SentEvent {
  event.id = event.id.toLowerCase();
  if (event.organizationId) event.organizationId = event.organizationId.toLowerCase();
  if (!isUtcWithMilliseconds(event.occurredAt))
    event.occurredAt = new Date(event.occurredAt).toISOString();
  return event;
}

/** Precise only for times that the schema accepts. */
function isUtcWithMilliseconds(time: string): boolean {
  return time.length === '2026-01-31T09:30:00.000Z'.length && time.endsWith('Z');
}

function describe(definition: EventDefinition): EventTypeDescription {
  const { type, version, title, description, category, recordedBy, sentence, link } = definition;
  return {
    type,
    version,
    title,
    description,
    category,
    recordedBy,
    sentence,
    ...(definition.attempt === undefined ? {} : { attempt: definition.attempt }),
    ...(link ? { link } : {}),
    retentionDays: definition.retentionDays,
    details: Object.keys(definition.details).map((name) => ({
      name,
      public: definition.publicDetails.includes(name),
    })),
    targets: definition.targets,
  };
}

/** The type codes in a catalogue. */
export type TypeOf<C extends Catalogue> = C['definitions'][number]['type'];

/** The type codes that a key may emit. */
export type EmittedTypeOf<C extends Catalogue> = Exclude<
  C['definitions'][number],
  { recordedBy: 'portal' }
>['type'];

type DefinitionOf<C extends Catalogue, Type extends string> = Extract<
  C['definitions'][number],
  { type: Type }
>;

/** What an emitter passes for this event type: typed details and targets; most of the envelope is optional. */
export type EventInput<C extends Catalogue, Type extends TypeOf<C>> =
  DefinitionOf<C, Type> extends { schemas: { event: infer Schema extends z.ZodType } }
    ? Omit<z.input<Schema>, 'id' | 'type' | 'occurredAt' | 'version'> & {
        /** The idempotency key, any UUID. Default: generated by the client. */
        id?: string;
        /** When it happened. Default: now. */
        occurredAt?: string | Date;
        /** Default: the newest version in the catalogue. */
        version?: number;
      }
    : never;
