/** Checks what a caller sent against a schema. */

import { AppError } from '@liblab/audit-core';
import type { z } from 'zod';

/** The parsed value. Throws `bad_request` that names the first offending path, as in `$.scopes[0]`. */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw inputError(parsed.error);
}

/** A zod error as the `bad_request` that callers see. */
export function inputError(error: z.core.$ZodError): AppError {
  const issue = error.issues[0];
  const path = ['$', ...(issue?.path ?? []).map(pathSegment)].join('');
  return new AppError('bad_request', `${path}: ${issue?.message ?? 'is not valid'}.`, { path });
}

function pathSegment(key: PropertyKey): string {
  return typeof key === 'number' ? `[${key}]` : `.${String(key)}`;
}
