import { AppError } from '@liblab/audit-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseInput } from './parse-input.ts';

const schema = z.strictObject({
  name: z.string().min(1),
  scopes: z.array(z.enum(['emit', 'read'])),
  'odd name': z.object({ id: z.guid() }).optional(),
});

function errorOf(input: unknown): Pick<AppError, 'code' | 'message' | 'path'> {
  try {
    parseInput(schema, input);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('The input was accepted.');
}

test.each<[unknown, string | undefined, string]>([
  [7, '$', 'The input must be an object.'],
  [{ name: '', scopes: [] }, '$.name', 'The field "name" must not be empty.'],
  [{ scopes: [] }, '$.name', 'The field "name" is required.'],
  [
    { name: 'a', scopes: ['admin'] },
    '$.scopes[0]',
    'An item of "scopes" must be one of "emit", "read".',
  ],
  [
    { name: 'a', scopes: [], 'odd name': { id: 7 } },
    '$["odd name"].id',
    'The field "id" must be a string.',
  ],
  [
    { name: 'a', scopes: [], x: 1 },
    '$',
    'The input must not contain the unknown field "x"; remove it or fix its name.',
  ],
])('%j is rejected at %s', (input, path, message) => {
  expect(errorOf(input)).toMatchObject({ code: 'bad_request', path, message });
});
