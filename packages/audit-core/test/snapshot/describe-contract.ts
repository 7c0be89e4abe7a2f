/** The contract of every published version: what emitters and readers depend on. */

import { envelopeSchema, type Outcome } from '../../src/event.ts';
import type { Catalogue, EventDefinition, Subject } from '../../src/index.ts';
import type { JsonSchema } from './compare-schemas.ts';

export interface EventContract {
  recordedBy: 'emitter' | 'portal';
  /** The default outcome. */
  outcome: Outcome;
  retentionDays: number;
  public: string[];
  subjects: Subject<string>[];
  details: JsonSchema;
  targets: JsonSchema;
  /** Must stay valid, since checks in a schema's code do not appear in its JSON Schema. */
  example: EventDefinition['example'];
}

export interface Contract {
  envelope: JsonSchema;
  /** By `type@version`, sorted. */
  events: Record<string, EventContract>;
}

export function describeContract(catalogue: Catalogue): Contract {
  const events = catalogue.definitions
    .map(
      (definition) => [`${definition.type}@${definition.version}`, contractOf(definition)] as const,
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { envelope: schemaOf(envelopeSchema), events: Object.fromEntries(events) };
}

/** The text of `catalogue.snapshot.json`. */
export function serializeContract(contract: Contract): string {
  return `${JSON.stringify(contract, undefined, 2)}\n`;
}

function contractOf(definition: EventDefinition): EventContract {
  return {
    recordedBy: definition.recordedBy,
    outcome: definition.outcome ?? 'success',
    retentionDays: definition.retentionDays,
    public: [...definition.publicDetails].sort(),
    subjects: (definition.subjects ?? []).map(({ type, id, details }) => ({
      type,
      id,
      details: [...details].sort(),
    })),
    details: schemaOf(definition.schemas.details),
    targets: schemaOf(definition.schemas.targets),
    example: definition.example,
  };
}

/** Formats whose pattern is redundant, and may change with zod. */
const formatsOfZod = ['uuid', 'date-time', 'date', 'ipv4', 'ipv6', 'email', 'uri'];

function schemaOf(schema: EventDefinition['schemas']['event']): JsonSchema {
  const { $schema: _dialect, ...described } = schema.toJSONSchema({
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (formatsOfZod.includes(jsonSchema.format ?? '')) delete jsonSchema.pattern;
    },
  });
  return JSON.parse(JSON.stringify(described)) as JsonSchema;
}
