/** `defineCatalogue`: a set of event types, from which types, validation, labels and documentation follow. */

import type { z } from 'zod';
import type { EventDefinition } from './define-event.ts';
import { envelopeSchema, type SentEvent } from './event.ts';
import type { ErrorCode } from './errors.ts';
import { isReservedType, reservedNamespaces } from './reserved-types.ts';
import { findUnstorable, pathSegment } from './storable.ts';

/** Why an event was rejected; `path` is a JSON path from the event, which is `$`. */
export interface Rejection {
  code: ErrorCode;
  path: string;
  message: string;
}

export type Checked =
  | { ok: true; event: SentEvent; definition: EventDefinition | undefined }
  | { ok: false; error: Rejection };

/** What a page or a document needs to know of an event type: data only, safe to send. */
export interface EventTypeDescription {
  type: string;
  version: number;
  title: string;
  description: string;
  category: string;
  recordedBy: 'emitter' | 'portal';
  sentence: string;
  link?: { path: string; label: string };
  retentionDays: number;
  details: { name: string; public: boolean }[];
  targets: readonly string[];
}

export interface Catalogue<Definition extends EventDefinition = EventDefinition> {
  readonly definitions: readonly Definition[];
  /** The entry of a type and version; undefined when this catalogue does not know it. */
  find(type: string, version: number): EventDefinition | undefined;
  /** The newest version of a type; undefined when this catalogue does not know it. */
  latest(type: string): EventDefinition | undefined;
  /**
   * Checks one event as sent. Unknown types and versions pass with the envelope alone, `definition` undefined: an
   * emitter may be newer than the server.
   */
  check(event: unknown): Checked;
  /** One description per type, its newest version, in the catalogue's order. */
  describe(): EventTypeDescription[];
  /** This catalogue and another package's; the same rules hold as for `defineCatalogue`. */
  with<Other extends EventDefinition>(other: Catalogue<Other>): Catalogue<Definition | Other>;
}

/**
 * Builds a catalogue. Throws when a type and version is defined twice, when a newer version would let keys emit a
 * type that only the Portal records, and when a type that keys may emit lies in a namespace of the Portal's own.
 */
export function defineCatalogue<const Definitions extends readonly EventDefinition[]>(
  definitions: Definitions,
): Catalogue<Definitions[number]> {
  const byKey = new Map<string, EventDefinition>();
  const newest = new Map<string, EventDefinition>();
  for (const definition of definitions) {
    const key = `${definition.type}@${definition.version}`;
    if (byKey.has(key)) {
      throw new Error(`${key} is defined twice; give one of them another type or version.`);
    }
    byKey.set(key, definition);
    const other = newest.get(definition.type);
    if (!other || other.version < definition.version) newest.set(definition.type, definition);
  }
  for (const { type, version, recordedBy } of definitions) {
    if (recordedBy === 'emitter' && isReservedType(type)) {
      throw new Error(
        `${type}@${version} lies in a namespace that is the Portal's own (${reservedNamespaces.join(', ')}); use another type.`,
      );
    }
    const latest = newest.get(type);
    if (recordedBy === 'portal' && latest?.recordedBy === 'emitter') {
      throw new Error(
        `${type}@${latest.version} is recorded by emitters, but the Portal records ${type}@${version}; use another type.`,
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
  event: unknown,
  find: (type: string, version: number) => EventDefinition | undefined,
): Checked {
  const unstorable = findUnstorable(event);
  if (unstorable) return rejected(`$${unstorable.path}`, unstorable.message);
  const { type, version = 1 } = (event ?? {}) as { type?: unknown; version?: unknown };
  const definition =
    typeof type === 'string' && typeof version === 'number' ? find(type, version) : undefined;
  const parsed = (definition?.schemas.event ?? envelopeSchema).safeParse(event, sayRequired);
  if (parsed.success) return { ok: true, event: normalize(parsed.data as SentEvent), definition };
  const issue = parsed.error.issues[0];
  if (!issue) return rejected('$', 'is not an event');
  if (issue.code === 'unrecognized_keys') {
    const path = ['$', ...[...issue.path, issue.keys[0] ?? ''].map(pathSegment)].join('');
    return rejected(path, 'is not a field of this event type; remove it or correct its name');
  }
  return rejected(['$', ...issue.path.map(pathSegment)].join(''), issue.message);
}

/** Where a schema has no words of its own for it. */
const sayRequired: z.core.ParseContext<z.core.$ZodIssue> = {
  error: ({ code, input }) =>
    code === 'invalid_type' && input === undefined ? 'is required' : undefined,
};

function rejected(path: string, message: string): Checked {
  return { ok: false, error: { code: 'invalid_event', path, message } };
}

/** One spelling for what has several: lower-case UUIDs and UTC times with milliseconds. */
function normalize(event: SentEvent): SentEvent {
  event.id = event.id.toLowerCase();
  if (event.organizationId) event.organizationId = event.organizationId.toLowerCase();
  if (!isUtcWithMilliseconds(event.occurredAt))
    event.occurredAt = new Date(event.occurredAt).toISOString();
  return event;
}

/** Of the spellings that the schema lets pass. */
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
    ...(link ? { link } : {}),
    retentionDays: definition.retentionDays,
    details: Object.keys(definition.details).map((name) => ({
      name,
      public: definition.publicDetails.includes(name),
    })),
    targets: definition.targets,
  };
}

/** The codes of a catalogue's types. */
export type TypeOf<C extends Catalogue> = C['definitions'][number]['type'];

/** The codes of those that a key may emit. */
export type EmittedTypeOf<C extends Catalogue> = Exclude<
  C['definitions'][number],
  { recordedBy: 'portal' }
>['type'];

type DefinitionOf<C extends Catalogue, Type extends string> = Extract<
  C['definitions'][number],
  { type: Type }
>;

/** What an emitter writes for an event of this type: details and targets typed, the rest of the envelope optional. */
export type EventInput<C extends Catalogue, Type extends TypeOf<C>> =
  DefinitionOf<C, Type> extends { schemas: { event: infer Schema extends z.ZodType } }
    ? Omit<z.input<Schema>, 'id' | 'type' | 'occurredAt' | 'version'> & {
        /** Any UUID; made by the client when absent. The idempotency key. */
        id?: string;
        /** When it happened; now when absent. */
        occurredAt?: string | Date;
        /** The newest known version when absent. */
        version?: number;
      }
    : never;
