/** Random queries, of any shape that text can have. */

import fc from 'fast-check';
import { parseIpRange } from '../../src/query/ip-range.ts';
import { channels, type Expression, type Query, type Values } from '../../src/query/query.ts';
import { outcomes } from '../../src/index.ts';

/** Texts that events have too, texts that mean something to the grammar, and any others. */
const text = fc
  .oneof(
    fc.constantFrom(
      'ada',
      'ADA@x.io',
      'go',
      'Foo::Bar',
      'OR',
      'not',
      '-a',
      'a*',
      '"',
      '\\',
      'a\\"b',
      '“',
      'details.x',
    ),
    fc.string({ minLength: 1, maxLength: 8 }),
    fc.string({ minLength: 1, maxLength: 8, unit: 'binary' }),
  )
  .filter((value) => value.isWellFormed() && !value.includes('\0'));

const some = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Values<Value>> =>
  fc
    .uniqueArray(value, { minLength: 1, maxLength: 3, selector: (item) => JSON.stringify(item) })
    .map((values) => values as unknown as Values<Value>);

const patternOf = (texts: fc.Arbitrary<string>) =>
  fc.oneof(
    texts.map((value) => ({ kind: 'text' as const, text: value })),
    texts.map((value) => ({ kind: 'prefix' as const, text: value })),
    fc.constant({ kind: 'any' as const }),
  );
const pattern = patternOf(text);
const anyPattern = patternOf(fc.oneof(text, fc.constant(''))).filter(
  (value) => value.kind !== 'prefix' || value.text !== '',
);

const typePattern = fc.oneof(
  fc
    .constantFrom('user.build', 'user.create_api', 'acme.x')
    .map((value) => ({ kind: 'text' as const, text: value })),
  fc
    .constantFrom('user.', 'u', 'acme', 'user.b')
    .map((value) => ({ kind: 'prefix' as const, text: value })),
  fc.constant({ kind: 'any' as const }),
);

const ip = fc
  .oneof(
    fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
    fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })),
  )
  .map(([address, bits]) => parseIpRange(`${address}/${bits}`))
  .filter((range) => range !== undefined);

const time = fc.oneof(
  fc
    .integer({ min: Date.parse('0001-01-01T00:00Z'), max: Date.parse('9999-12-31T23:59:59.999Z') })
    .map((ms) => ({ kind: 'instant' as const, ms })),
  fc.nat(3_000_000).map((seconds) => ({ kind: 'ago' as const, ms: seconds * 1_000 })),
);

const position = fc
  .oneof(
    fc.tuple(fc.nat(300), fc.nat(300)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
    fc.nat(300).map((from) => [from, Number.MAX_SAFE_INTEGER] as const),
  )
  .map(([from, to]) => ({ from, to }));

export const term: fc.Arbitrary<Expression> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), text }),
  fc.record({
    kind: fc.constantFrom('actor', 'key', 'service', 'session', 'request', 'correlation', 'reason'),
    values: some(pattern),
  }),
  fc.record({ kind: fc.constant('type' as const), values: some(typePattern) }),
  fc.record({
    kind: fc.constant('target' as const),
    values: some(fc.record({ type: fc.constantFrom('build', 'api', 'x-1'), id: pattern })),
  }),
  fc.record({ kind: fc.constant('outcome' as const), values: some(fc.constantFrom(...outcomes)) }),
  fc.record({ kind: fc.constant('channel' as const), values: some(fc.constantFrom(...channels)) }),
  fc.record({ kind: fc.constant('ip' as const), values: some(ip) }),
  fc.record({ kind: fc.constantFrom('after' as const, 'before' as const), time }),
  fc.record({ kind: fc.constant('late' as const), value: fc.boolean() }),
  fc.record({ kind: fc.constant('id' as const), values: some(fc.uuid()) }),
  fc.record({ kind: fc.constant('position' as const), values: some(position) }),
  fc.record({
    kind: fc.constantFrom('details' as const, 'changes' as const),
    path: some(fc.oneof(fc.constantFrom('language', 'plan', 'nested'), text, fc.constant(''))),
    values: some(anyPattern),
  }),
);

/** Boolean combinations of terms, a few levels deep. */
export function combinationsOf(terms: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> {
  return fc.letrec<{ expression: Expression }>((tie) => {
    const operands = fc
      .array(tie('expression'), { minLength: 2, maxLength: 4 })
      .map((values) => values as unknown as [Expression, Expression]);
    return {
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        terms,
        fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), operands }),
        fc.record({ kind: fc.constant('not' as const), operand: tie('expression') }),
      ),
    };
  }).expression;
}

export const query: fc.Arbitrary<Query> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Query>({ kind: 'all' }) },
  { weight: 30, arbitrary: combinationsOf(term) },
);
