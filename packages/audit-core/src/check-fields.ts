/** `checkFields`: rejects an event type whose fields have the wrong shape or exceed their bounds. */

import { z } from 'zod';
import { envelopeSchema, outcomes, targetSchema, typeCodeSchema } from './event.ts';
import { explainIssue } from './explain-issue.ts';
import { jsonPath } from './json-path.ts';
import { limits } from './limits.ts';

/**
 * Checks what can be checked without the schemas that `defineEvent` makes from the fields.
 * @throws Error that lists every problem
 */
export function checkFields(spec: object): void {
  const { error } = fieldsSchema.safeParse(spec, { error: explainIssue });
  rejectDefinition(
    spec,
    (error?.issues ?? []).map((issue) =>
      issue.code === 'unrecognized_keys'
        ? `${fieldName([...issue.path, issue.keys[0] ?? ''])} is not a field of an event type. Remove it or fix its name.`
        : `${fieldName(issue.path)} ${issue.message}.`,
    ),
  );
}

const line = (charsMax: number) =>
  z
    .string()
    .min(1)
    .max(charsMax)
    .regex(/^\S(?:[^\p{Cc}]*\S)?$/u, 'must be one line without spaces around it');
const template = line(limits.templateCharsMax);
const retentionDays = `must be a whole number of days from ${limits.retentionDaysMin} to ${limits.retentionDaysMax}`;

/** An optional https origin without templates, then a path without the segments `.` and `..`, also as `%2e`. */
const linkPattern =
  /^(?!.*\/(?:\.|%2[eE]){1,2}(?:[/?#]|$))(?:https:\/\/[\w-]+(?:\.[\w-]+)*(?::\d{1,5})?)?\/(?!\/)(?:[\w/.~%?=&#@!$'()*+,;:-]|\{[^{}]+\})*$/;

/** Strict, because a misspelt optional field would be ignored. */
const fieldsSchema = z.strictObject({
  type: typeCodeSchema,
  version: envelopeSchema.shape.version.unwrap(),
  title: line(limits.titleCharsMax),
  description: line(limits.descriptionCharsMax),
  category: line(limits.categoryCharsMax),
  recordedBy: z.enum(['emitter', 'portal']),
  details: z.custom<object>(isObject, 'must be an object of zod schemas'),
  targets: z.array(targetSchema.shape.type).max(limits.targetsMax),
  publicDetails: z.array(z.string()),
  subjects: z
    .array(
      z.strictObject({
        type: targetSchema.shape.type,
        id: z.string(),
        details: z.array(z.string()),
      }),
    )
    .optional(),
  outcome: z.enum(outcomes).optional(),
  sentence: template,
  attempt: template.optional(),
  link: z
    .strictObject({
      path: z
        .string()
        .max(limits.templateCharsMax)
        .regex(
          linkPattern,
          'must be a path of the Portal, such as /builds/{details.buildId}, or an https:// address with a fixed host, such as https://github.com/{details.owner}, without user name, ".." or spaces',
        ),
      label: template,
    })
    .optional(),
  retentionDays: z
    .int(retentionDays)
    .min(limits.retentionDaysMin, retentionDays)
    .max(limits.retentionDaysMax, retentionDays),
  example: z.strictObject({ details: z.unknown(), targets: z.unknown() }),
  schemas: z.unknown().optional(),
});

/** @throws Error with one line for each problem, if there are any */
export function rejectDefinition(
  spec: { type?: unknown; version?: unknown },
  problems: string[],
): void {
  if (problems.length === 0) return;
  throw new Error(
    problems
      .map((problem) => `${String(spec?.type)}@${String(spec?.version)}: ${problem}`)
      .join('\n'),
  );
}

/** The name of a field in messages, such as `link.path`. */
export function fieldName(path: readonly PropertyKey[]): string {
  return jsonPath(path).replace(/^\$\.?/, '') || 'the definition';
}

export function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
