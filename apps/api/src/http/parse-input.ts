/** Validates input against a schema. */

import { AppError } from '@liblab/audit-core';
import type { z } from 'zod';

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
  const issue = error.issues[0];
  const path = ['$', ...(issue?.path ?? []).map(pathSegment)].join('');
  return new AppError('bad_request', `${path}: ${issue?.message ?? 'is not valid'}.`, { path });
}

function pathSegment(key: PropertyKey): string {
  return typeof key === 'number' ? `[${key}]` : `.${String(key)}`;
}
