import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText, catalogue, rejection, unknownEvent } from '../test/support/sample-events.ts';
import { limits } from './limits.ts';
import { findUnstorable } from './storable.ts';

/** The value wrapped in this many objects. */
function nested(levels: number, value: unknown): unknown {
  return levels === 0 ? value : { a: nested(levels - 1, value) };
}

describe('what cannot be stored unchanged is rejected with its path', () => {
  const nul = 'contains U+0000, which cannot be stored; remove it';
  const surrogate = 'contains a lone surrogate; send well-formed Unicode';
  const big = 'is an integer beyond 2^53-1; send it as a string';
  const infinite = 'is not a finite number; send it as a string';
  const proto = 'is a reserved name; rename it';

  it.each([
    ['{"details":{"a":"x\\u0000y"}}', '$.details.a', nul],
    ['{"details":{"a":[1,{"b c":"\\u0000"}]}}', '$.details.a[1]["b c"]', nul],
    ['{"details":{"a\\u0000":1}}', '$.details["a\\u0000"]', nul],
    ['{"actor":{"type":"user","id":"\\u0000"}}', '$.actor.id', nul],
    ['{"details":{"a":"\\ud800"}}', '$.details.a', surrogate],
    ['{"details":{"a":"\\udc00x"}}', '$.details.a', surrogate],
    ['{"details":{"\\ud800":1}}', '$.details["\\ud800"]', surrogate],
    ['{"targets":[{"type":"a","id":"1","name":"\\udbff"}]}', '$.targets[0].name', surrogate],
    ['{"details":{"a":9007199254740992}}', '$.details.a', big],
    ['{"details":{"a":[-9007199254740993]}}', '$.details.a[0]', big],
    ['{"details":{"a":1e21}}', '$.details.a', big],
    ['{"changes":[{"path":"x","before":1e400}]}', '$.changes[0].before', infinite],
    ['{"details":{"a":-1e400}}', '$.details.a', infinite],
    ['{"details":{"__proto__":{"admin":true}}}', '$.details.__proto__', proto],
    ['{"__proto__":{"id":"1"}}', '$.__proto__', proto],
    [
      '{"changes":[{"path":"x","after":{"a":{"__proto__":1}}}]}',
      '$.changes[0].after.a.__proto__',
      proto,
    ],
  ])('%s', (fields, path, message) => {
    const event = Object.assign(Object.create(null), unknownEvent()) as object;
    for (const [name, value] of Object.entries(JSON.parse(fields) as object)) {
      Object.defineProperty(event, name, { value, enumerable: true });
    }
    expect(rejection(event)).toEqual({ code: 'invalid_event', path, message });
  });

  it('counts the event and its details as nesting levels', () => {
    const inside = limits.nestingMax - 2;
    expect(catalogue.check(unknownEvent({ details: { a: nested(inside, 1) } }))).toMatchObject({
      ok: true,
    });
    expect(rejection(unknownEvent({ details: { a: nested(inside + 1, 1) } }))).toEqual({
      code: 'invalid_event',
      path: `$.details${'.a'.repeat(inside + 1)}`,
      message: `is nested deeper than ${limits.nestingMax} levels; flatten it`,
    });
  });

  it('stops at the limit in a value nested a million deep and in a cycle', () => {
    const deep = JSON.parse('['.repeat(1_000_000) + ']'.repeat(1_000_000)) as unknown;
    expect(findUnstorable(deep)?.path).toBe('[0]'.repeat(limits.nestingMax));
    const self: { self?: unknown } = {};
    self.self = self;
    expect(findUnstorable(self)?.path).toBe('.self'.repeat(limits.nestingMax));
  });
});

it('accepts the largest exact integers, fractions and astral characters', () => {
  for (const value of [2 ** 53 - 1, -(2 ** 53 - 1), 0.1, 5e-324, '😀', '\uffff', '\u0001', '']) {
    expect(findUnstorable(value)).toBeUndefined();
  }
});

it('accepts exactly the texts without U+0000 that survive UTF-8 unchanged', () => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const text = fc.oneof(anyText, fc.constantFrom('\0', 'a\ud800', '\udc00', '😀'));
  fc.assert(
    fc.property(fc.dictionary(text, fc.array(text)), (value) => {
      const texts = Object.entries(value).flat(2);
      const decoded = texts.map((each) => decoder.decode(new TextEncoder().encode(each)));
      const isUnchanged = decoded.every((each, index) => each === texts[index]);
      const isStorable = isUnchanged && !texts.some((each) => each.includes('\0'));
      expect(findUnstorable(value) === undefined).toBe(isStorable);
    }),
  );
});
