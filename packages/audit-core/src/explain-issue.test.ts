import { expect, it } from 'vitest';
import { z } from 'zod';
import { explainIssue } from './explain-issue.ts';

const schema = z.strictObject({
  name: z.string().min(1).max(3),
  size: z.int().min(1).max(9),
  tags: z.array(z.string()).min(1),
  kind: z.enum(['a', 'b']),
  shape: z.discriminatedUnion('type', [
    z.object({ type: z.literal('x') }),
    z.object({ type: z.literal('y') }),
  ]),
  either: z.union([z.string(), z.number()]),
  pair: z.tuple([z.literal('x'), z.boolean()]),
  time: z.iso.datetime({ offset: true }),
  id: z.guid('must be the id of a build'),
});
const valid = {
  name: 'a',
  size: 1,
  tags: ['a'],
  kind: 'a',
  shape: { type: 'x' },
  either: 1,
  pair: ['x', true],
  time: '2026-01-31T09:30:00Z',
  id: '019a972c-7e62-7b0d-a3c1-2b1f0e5d4c3b',
};

it.each<[object, string]>([
  [{ name: undefined }, 'is required'],
  [{ kind: undefined }, 'is required'],
  [{ name: '' }, 'must not be empty'],
  [{ name: 'abcd' }, 'must have at most 3 characters'],
  [{ name: 7 }, 'must be a string'],
  [{ size: 1.5 }, 'must be an integer'],
  [{ size: 'x' }, 'must be a number'],
  [{ size: 0 }, 'must be at least 1'],
  [{ size: 10 }, 'must be at most 9'],
  [{ tags: [] }, 'must not be empty'],
  [{ tags: {} }, 'must be an array'],
  [{ kind: 'c' }, 'must be one of "a", "b"'],
  [{ shape: { type: 'z' } }, 'must be one of "x", "y"'],
  [{ either: true }, 'does not have any of the allowed forms'],
  [{ pair: ['y', true] }, 'must be "x"'],
  [{ pair: ['x', 1] }, 'must be true or false'],
  [{ time: 'noon' }, 'must be a valid ISO 8601 time, such as 2026-01-31T09:30:00.000Z'],
  [{ colour: 1 }, 'must not contain the unknown field "colour"; remove it or fix its name'],
  [{ id: 'x' }, 'must be the id of a build'],
])('%j %s', (change, message) => {
  const parsed = schema.safeParse({ ...valid, ...change }, { error: explainIssue });
  expect(parsed.error?.issues[0]?.message).toBe(message);
});
