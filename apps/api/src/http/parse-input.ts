/** Validates input against a schema. */

import { AppError, explainIssue, jsonPath } from '@liblab/audit-core';
import { z } from 'zod';

// For all schemas of the process: tRPC parses inputs without an error map of its own.
z.config({ customError: explainIssue });

/**
 * The parsed value.
 *
 * @throws AppError `bad_request` with the path of the first invalid value, as in `$.scopes[0]`
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw inputError(parsed.error);
}

/** Maps a zod error to `bad_request`. */
export function inputError(error: z.core.$ZodError): AppError {
  const { path = [], message = 'is not valid' } = error.issues[0] ?? {};
  return new AppError('bad_request', `${fieldName(path)} ${message}.`, { path: jsonPath(path) });
}

/** The subject of the message's sentence. Pages show the message without the path. */
function fieldName(path: readonly PropertyKey[]): string {
  const name = path.findLast((key) => typeof key === 'string');
  if (name === undefined) return 'The input';
  return typeof path.at(-1) === 'number' ? `An item of "${name}"` : `The field "${name}"`;
}
