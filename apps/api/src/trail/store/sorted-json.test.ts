import { findUnstorable } from '@liblab/audit-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortedJson } from './sorted-json.ts';

/** What passes the door; a member named `__proto__` does not. */
const json = fc.jsonValue({ depthSize: 'medium' }).filter((value) => !findUnstorable(value));

/** The same value, its members in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toReversed();
  return Object.fromEntries(entries.map(([name, member]) => [name, reversed(member)]));
}

test('the order of members makes no difference', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(sortedJson(reversed(value))).toBe(sortedJson(value));
    }),
  );
  expect(sortedJson({ b: [{ z: 1, y: 2 }], a: null })).toBe('{"a":null,"b":[{"y":2,"z":1}]}');
});

test('any other difference changes the text', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(JSON.parse(sortedJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
