/** Valid events of any catalogue type, for property tests. */

import { findUnstorable, outcomes, type EventDefinition, type Json } from '@liblab/audit-core';
import fc from 'fast-check';
import type { z } from 'zod';

export const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((value) => !value.includes('\0'));
export const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
export const json = fc
  .jsonValue({ maxDepth: 3 })
  .map((value) => JSON.parse(JSON.stringify(value)) as Json)
  .filter((value) => !findUnstorable(value));

const identity = {
  type: fc.constantFrom('user', 'token', 'system'),
  id: text,
  email: maybe(text),
  name: maybe(text),
};

/** The parts that every event has. */
export const envelope = {
  id: fc.uuid(),
  occurredAt: fc
    .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  actor: fc.record({ ...identity, onBehalfOf: maybe(fc.record(identity)) }),
  outcome: maybe(fc.constantFrom(...outcomes)),
  reason: maybe(text),
  context: maybe(fc.record({ ip: maybe(fc.ipV6()), userAgent: maybe(text), service: maybe(text) })),
  changes: maybe(
    fc.array(fc.record({ path: text, before: maybe(json), after: maybe(json) }), { maxLength: 3 }),
  ),
};

/** Values for fields of any type; each field uses those that its schema accepts. */
const candidates: Json[] = [
  'a',
  'Ωmega',
  '💥',
  "Robert'); drop table",
  '=1+1',
  '__proto__',
  '~',
  'ada@exciting.soda',
  'ÅDA@x.io',
  'go',
  'python',
  'sign-up',
  'invitation',
  'owner',
  'auditor',
  '2026-01-31T09:30:00.123Z',
  'https://example.com/pull/61',
  0,
  1,
  312,
  2 ** 53 - 1,
  ['go'],
  ['emit'],
  ['python', 'go', 'java'],
];

/** An event as an emitter sends it. */
export function eventOf(definition: EventDefinition): fc.Arbitrary<unknown> {
  const details = Object.fromEntries(
    Object.entries(definition.details).map(([name, schema]) => {
      const parses = (value: Json) => (schema as z.ZodType).safeParse(value).success;
      const fitting = fc.constantFrom(...candidates.filter(parses));
      return [name, parses('ÿ any text') ? fc.oneof(fitting, text) : fitting];
    }),
  );
  const targets = definition.targets.map((type) =>
    fc.record({ type: fc.constant(type), id: text, name: maybe(text) }),
  );
  return fc
    .record({
      ...envelope,
      type: fc.constant(definition.type),
      version: fc.constant(definition.version),
      targets: fc.tuple(...targets),
      details: fc.record(details),
    })
    .map((event): unknown => JSON.parse(JSON.stringify(event)));
}
