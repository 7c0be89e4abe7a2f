/** `checkDefinition`: rejects an event type that could not be validated, stored or shown. */

import type { z } from 'zod';
import { checkFields, fieldName, isObject, rejectDefinition } from './check-fields.ts';
import { templateProblems } from './check-template.ts';
import { envelopeSchema, targetSchema } from './event.ts';
import { explainIssue } from './explain-issue.ts';
import { limits } from './limits.ts';
import type { JsonSchema } from './schema-at.ts';
import { findUnstorable } from './storable.ts';

/** The fields of an `EventDefinition` that are checked beyond their shape. */
interface Definition {
  type: string;
  version: number;
  details: object;
  targets: readonly string[];
  publicDetails: readonly string[];
  subjects?: readonly { type: string; id: string; details: readonly string[] }[];
  sentence: string;
  attempt?: string;
  link?: { path: string; label: string };
  example: { details: unknown; targets: unknown };
  schemas: { details: z.ZodType; event: z.ZodType };
}

/** Definitions are checked when they are defined, and again only if a catalogue gets one that was not. */
const checked = new WeakSet<object>();

/** @throws Error that lists every problem: the type, the field, what is wrong and the fix */
export function checkDefinition(definition: Definition): void {
  if (checked.has(definition)) return;
  checkFields(definition);
  rejectDefinition(definition, contentProblems(definition));
  checked.add(definition);
}

function contentProblems(definition: Definition): string[] {
  if (!isObject(definition.schemas)) return ['schemas is missing. Pass the type to defineEvent.'];
  const names = detailNameProblems(definition);
  if (names.length > 0) return names;
  const json = jsonFormOf(definition);
  if (json.problems.length > 0) return json.problems;
  return [
    ...templatesProblems(definition, json.schema),
    ...ownerProblems(definition),
    ...exampleProblems(definition),
  ];
}

function detailNameProblems({ details }: Definition): string[] {
  return Object.entries(details).flatMap(([name, schema]) => {
    const problems: string[] = [];
    if (!/^[A-Za-z]\w*$/.test(name) || name.length > limits.detailNameCharsMax)
      problems.push(
        `must be named by a letter and up to ${limits.detailNameCharsMax - 1} letters, digits or _.`,
      );
    if (!isObject(schema) || !('_zod' in (schema as object)))
      problems.push('must be a schema of zod 4.');
    return problems.map((problem) => `${fieldName(['details', name])} ${problem}`);
  });
}

/** The details' JSON Schema. Both directions must exist: the input is sent, and the output is stored. */
function jsonFormOf({ schemas }: Definition) {
  const problems = new Map<string, string>();
  const report = (field: string, message: string) =>
    problems.set(
      field,
      `${field} has no JSON form (${message}). Use strings, numbers, booleans, lists and objects; for a time, z.iso.datetime().`,
    );
  const convert = (io: 'input' | 'output') => {
    try {
      return schemas.details.toJSONSchema({
        io,
        unrepresentable: ({ path, message }) => {
          const [parent, name] = path;
          report(
            fieldName(parent === 'properties' ? ['details', name ?? ''] : ['details']),
            message,
          );
          return 'any';
        },
      }) as JsonSchema;
    } catch (error) {
      report('details', error instanceof Error ? error.message : String(error));
      return {};
    }
  };
  convert('input');
  const schema = convert('output');
  return { schema, problems: [...problems.values()] };
}

const envelope = envelopeSchema.toJSONSchema({ unrepresentable: 'any' }) as JsonSchema;
const anyTarget = targetSchema.toJSONSchema() as JsonSchema;

function templatesProblems(definition: Definition, details: JsonSchema): string[] {
  const { sentence, attempt, link, targets } = definition;
  const event: JsonSchema = {
    ...envelope,
    properties: {
      ...envelope.properties,
      details,
      targets: { type: 'array', prefixItems: targets.map(() => anyTarget) },
    },
  };
  const templates = { sentence, attempt, 'link.path': link?.path, 'link.label': link?.label };
  return Object.entries(templates).flatMap(([name, text]) =>
    text === undefined
      ? []
      : templateProblems(text, event, details).map((problem) => `${name} ${problem}`),
  );
}

/** Each detail that is public or about a person exists, and none is both. */
function ownerProblems({ details, publicDetails, subjects = [] }: Definition): string[] {
  const names = Object.keys(details);
  const known = names.length > 0 ? `Use one of ${names.join(', ')}` : 'Remove it';
  const unknown = (field: string, listed: readonly string[]) =>
    listed
      .filter((name) => !names.includes(name))
      .map((name) => `${field} names ${JSON.stringify(name)}, which is not a detail. ${known}.`);
  return [
    ...unknown('publicDetails', publicDetails),
    ...subjects.flatMap((subject, index) => {
      const field = `subjects[${index}]`;
      const own = [subject.id, ...subject.details];
      return [
        ...unknown(`${field}.id`, [subject.id]),
        ...unknown(`${field}.details`, subject.details),
        ...publicDetails
          .filter((name) => own.includes(name))
          .map(
            (name) =>
              `publicDetails names "${name}", which is about a person (${field}). Remove it.`,
          ),
      ];
    }),
  ];
}

function exampleProblems({ type, version, example, schemas }: Definition): string[] {
  const unstorable = findUnstorable(example);
  if (unstorable) return [`example${unstorable.path} ${unstorable.message}.`];
  const { details, targets } = example;
  const event = {
    id: '00000000-0000-4000-8000-000000000000',
    type,
    version,
    occurredAt: '2026-01-31T09:30:00.000Z',
    actor: { type: 'user', id: '1' },
    details,
    targets,
  };
  const { error } = schemas.event.safeParse(event, { error: explainIssue });
  return (error?.issues ?? []).map(
    (issue) => `${fieldName(['example', ...issue.path])} ${issue.message}.`,
  );
}
