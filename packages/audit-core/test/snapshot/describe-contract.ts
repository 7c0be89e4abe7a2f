/** What emitters and readers rely on of every published version: the part of the catalogue that may not break. */

import { envelopeSchema, type Outcome } from '../../src/event.ts';
import type { Catalogue, EventDefinition, Subject } from '../../src/index.ts';
import type { JsonSchema } from './compare-schemas.ts';

export interface EventContract {
  recordedBy: 'emitter' | 'portal';
  /** When the emitter names none. */
  outcome: Outcome;
  retentionDays: number;
  public: string[];
  subjects: Subject<string>[];
  details: JsonSchema;
  targets: JsonSchema;
  /** Stays acceptable for ever: what a schema's own code refuses does not show in its JSON Schema. */
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

/** As it stands in `catalogue.snapshot.json`. */
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

/** Formats that say all of what their pattern says; the pattern's spelling is zod's own and changes with it. */
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
