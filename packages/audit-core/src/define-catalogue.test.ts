import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  catalogue,
  entries,
  exampleEvent,
  rejection,
  unknownEvent,
  type Loose,
} from '../test/support/sample-events.ts';
import { defineCatalogue } from './define-catalogue.ts';
import { defineEvent } from './define-event.ts';

const ping = {
  type: 'lab.ping',
  version: 1,
  title: 'Ping',
  description: 'A host was pinged.',
  category: 'lab',
  recordedBy: 'emitter',
  details: { host: z.string().max(10) },
  targets: [],
  publicDetails: [],
  sentence: 'Pinged {details.host}',
  retentionDays: 365,
  example: { details: { host: 'a' }, targets: [] },
} as const;

/** Replaces the value at a path of the event, or removes it when `value` is undefined. */
function spoil(event: Loose, path: readonly (string | number)[], value?: unknown): Loose {
  const parents = path.slice(0, -1);
  const last = path.at(-1) as string | number;
  const parent = parents.reduce<Loose>((inner, key) => inner[key], event);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return event;
}

describe.each(entries)('%s rejects', (_, { type, version, details, targets }) => {
  const event = () => exampleEvent(type, version);
  const names = Object.keys(details);

  it('a missing detail, naming it', () => {
    const required = names.filter(
      (name) => !z.safeParse(details[name] as z.ZodType, undefined).success,
    );
    for (const name of required) {
      expect(rejection(spoil(event(), ['details', name]))).toMatchObject({
        path: `$.details.${name}`,
      });
    }
  });

  it('a detail of the wrong type, naming it', () => {
    for (const name of names) {
      for (const wrong of [
        null,
        true,
        { a: 1 },
        typeof event().details[name] === 'string' ? 1 : 'x',
      ]) {
        expect(rejection(spoil(event(), ['details', name], wrong)).path).toBe(`$.details.${name}`);
      }
    }
  });

  it('an unknown field at every level, naming it', () => {
    const places: [(string | number)[], string][] = [
      [[], '$.colour'],
      [['details'], '$.details.colour'],
      [['actor'], '$.actor.colour'],
      [['actor', 'onBehalfOf'], '$.actor.onBehalfOf.colour'],
      [['context'], '$.context.colour'],
      [['changes', 0], '$.changes[0].colour'],
      ...targets.map((__, index): [(string | number)[], string] => [
        ['targets', index],
        `$.targets[${index}].colour`,
      ]),
    ];
    for (const [path, expected] of places) {
      const whole = {
        ...event(),
        context: {},
        changes: [{ path: 'name', before: 1 }],
      };
      whole.actor.onBehalfOf = { type: 'user', id: '1' };
      expect(rejection(spoil(whole, [...path, 'colour'], 'red'))).toEqual({
        code: 'invalid_event',
        path: expected,
        message: 'is not a field of this event type; remove it or fix its name',
      });
    }
  });

  it('targets of the wrong type, order or number', () => {
    for (const index of targets.keys()) {
      const other = spoil(event(), ['targets', index, 'type'], 'planet');
      expect(rejection(other).path).toBe(`$.targets[${index}].type`);
    }
    if (targets.length > 1) {
      const reversed = event();
      reversed.targets.reverse();
      expect(rejection(reversed).path).toBe('$.targets[0].type');
    }
    for (const wrong of [[], event().targets.slice(1), [...event().targets, ...event().targets]]) {
      expect(rejection({ ...event(), targets: wrong }).path).toBe('$.targets');
    }
    expect(rejection(spoil(event(), ['targets'])).path).toBe('$.targets');
  });
});

describe('the envelope rejects', () => {
  it.each([
    ['$.id', ['id'], undefined],
    ['$.type', ['type'], undefined],
    ['$.occurredAt', ['occurredAt'], undefined],
    ['$.actor', ['actor'], undefined],
    ['$.actor.id', ['actor', 'id'], undefined],
    ['$.actor.id', ['actor', 'id'], ''],
    ['$.actor.id', ['actor', 'id'], 7],
    ['$.actor.type', ['actor', 'type'], 'robot'],
    ['$.actor.email', ['actor', 'email'], 'x'.repeat(321)],
    ['$.actor.onBehalfOf.id', ['actor', 'onBehalfOf'], { type: 'user' }],
    [
      '$.actor.onBehalfOf.onBehalfOf',
      ['actor', 'onBehalfOf'],
      { type: 'user', id: '1', onBehalfOf: {} },
    ],
    ['$.targets', ['targets'], Array.from({ length: 21 }, () => ({ type: 'a', id: '1' }))],
    ['$.targets[0].type', ['targets'], [{ type: 'Not A Kind', id: '1' }]],
    ['$.targets[0].id', ['targets'], [{ type: 'a', id: 'x'.repeat(1_025) }]],
    ['$.outcome', ['outcome'], 'maybe'],
    ['$.reason', ['reason'], 'x'.repeat(2_001)],
    ['$.version', ['version'], 0],
    ['$.version', ['version'], 1.5],
    ['$.version', ['version'], '1'],
    ['$.version', ['version'], 32_768],
    ['$.context.ip', ['context'], { ip: 's3.amazonaws.com' }],
    ['$.context.userAgent', ['context'], { userAgent: 'x'.repeat(1_025) }],
    ['$.changes', ['changes'], Array.from({ length: 201 }, () => ({ path: 'a' }))],
    ['$.changes[1].path', ['changes'], [{ path: 'a' }, {}]],
    ['$.details', ['details'], []],
    ['$.organizationId', ['organizationId'], 'acme'],
  ])('with the path %s', (path, where, value) => {
    expect(rejection(spoil(unknownEvent(), where, value)).path).toBe(path);
  });

  it.each([undefined, null, 1, 'x', [], true])('%j, which is not an object', (event) => {
    expect(rejection(event).path).toBe('$');
  });

  it('a missing field with "is required"', () => {
    const { details: _details, ...event } = exampleEvent('user.build');
    expect(rejection(event).message).toBe('is required');
  });

  it.each([
    '',
    'x',
    '019a972c7e627b0da3c12b1f0e5d4c3b',
    '019a972c-7e62-7b0d-a3c1-2b1f0e5d4c3',
    '{019a972c-7e62-7b0d-a3c1-2b1f0e5d4c3b}',
    '019a972c-7e62-7b0d-a3c1-2b1f0e5d4c3g',
    '019a972c-7e62-7b0d-a3c1-2b1f0e5d4c3b\n',
  ])('%j, which is not a UUID', (id) => {
    expect(rejection(unknownEvent({ id }))).toMatchObject({
      path: '$.id',
      message: 'must be a UUID',
    });
    expect(rejection(unknownEvent({ organizationId: id })).path).toBe('$.organizationId');
  });

  it.each([
    'build',
    'User.build',
    'user.',
    '.build',
    'user..build',
    'user build.x',
    '1user.build',
    'user.build\n',
    'user-x.build',
    '__proto__',
    `user.${'x'.repeat(96)}`,
    '',
  ])('%j, which is not a type code', (type) => {
    expect(rejection(unknownEvent({ type })).path).toBe('$.type');
  });
});

describe('a type that is not in the catalogue', () => {
  it('is accepted when its envelope is valid', () => {
    const details = { anything: [1, 'a', null, { deep: true }] };
    expect(catalogue.check(unknownEvent({ details }))).toMatchObject({
      ok: true,
      definition: undefined,
      event: { type: 'acme.unheard_of', version: 1, details, targets: [], outcome: 'success' },
    });
  });

  it.each(['constructor.name', 'tostring.x', 'a.b', 'acme.v2.build_9', `user.${'x'.repeat(95)}`])(
    'may be called %s',
    (type) => {
      expect(catalogue.check(unknownEvent({ type }))).toMatchObject({
        ok: true,
        definition: undefined,
      });
    },
  );

  it('includes unknown versions of known types', () => {
    const event = {
      ...exampleEvent('user.build'),
      version: 2,
      details: { new: 'field' },
      targets: [],
    };
    expect(catalogue.check(event)).toMatchObject({ ok: true, definition: undefined, event });
  });

  it('has version 1 when the event names none', () => {
    const { version: _version, ...event } = exampleEvent('user.build');
    expect(catalogue.check(event)).toMatchObject({ ok: true, event: { version: 1 } });
    expect(catalogue.check(event)).toMatchObject({ definition: catalogue.find('user.build', 1) });
  });
});

describe('check', () => {
  it.each(entries)('is idempotent for %s', (_, { type, version }) => {
    const event = exampleEvent(type, version);
    event.id = event.id.toUpperCase();
    event.organizationId = '019A972C-7E62-7B0D-A3C1-2B1F0E5D4C3B';
    event.occurredAt = '2026-01-31T23:30:00.1239+14:00';
    const first = catalogue.check(event);
    if (!first.ok) throw new Error(JSON.stringify(first.error));
    expect(first.event).toMatchObject({
      id: event.id.toLowerCase(),
      organizationId: '019a972c-7e62-7b0d-a3c1-2b1f0e5d4c3b',
      occurredAt: '2026-01-31T09:30:00.123Z',
    });
    expect(catalogue.check(structuredClone(first.event))).toEqual(first);
  });

  it('does not modify its argument', () => {
    const event = exampleEvent('user.build');
    event.id = event.id.toUpperCase();
    const before = structuredClone(event);
    catalogue.check(event);
    expect(event).toEqual(before);
  });

  it('never throws on JSON, and accepts its own output unchanged', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json({ maxDepth: 6 }).map((text): unknown => JSON.parse(text)),
          fc
            .record({ details: fc.dictionary(fc.string(), fc.jsonValue()), reason: fc.string() })
            .map(unknownEvent),
        ),
        (sent) => {
          const first = catalogue.check(sent);
          if (!first.ok) {
            expect(first.error.path).toMatch(/^\$/);
            return;
          }
          expect(catalogue.check(structuredClone(first.event))).toEqual(first);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a catalogue', () => {
  it('rejects a type and version that is defined twice', () => {
    const once = defineCatalogue([defineEvent(ping)]);
    expect(() => defineCatalogue([defineEvent(ping), defineEvent(ping)])).toThrow(
      'lab.ping@1 is defined twice',
    );
    expect(() => once.with(once)).toThrow('lab.ping@1 is defined twice');
    expect(() => catalogue.with(catalogue)).toThrow('is defined twice');
  });

  it('keeps older versions beside the newest, in any order of definition', () => {
    const [one, two] = [defineEvent(ping), defineEvent({ ...ping, version: 2, title: 'Ping 2' })];
    for (const definitions of [
      [one, two],
      [two, one],
    ]) {
      const both = defineCatalogue(definitions);
      expect(both.latest('lab.ping')).toBe(two);
      expect(both.find('lab.ping', 1)).toBe(one);
      expect(both.describe().map(({ title }) => title)).toEqual(['Ping 2']);
    }
  });

  it('rejects a newer version that lets keys emit a type of the Portal', () => {
    const reserved = defineEvent({ ...ping, recordedBy: 'portal' });
    const opened = defineEvent({ ...ping, version: 2 });
    expect(() => defineCatalogue([reserved]).with(defineCatalogue([opened]))).toThrow(
      'lab.ping@2 is recorded by emitters, but the Portal records lab.ping@1. Use another type.',
    );
    expect(() => defineCatalogue([opened, reserved])).toThrow('Use another type');
  });

  it('rejects emitted types in reserved namespaces', () => {
    for (const type of [
      'log.adopted',
      'erasure.execute',
      'session.sign_in',
      'key.create',
    ] as const) {
      expect(() => defineCatalogue([defineEvent({ ...ping, type })])).toThrow(
        `${type}@1 is in a namespace reserved for the Portal`,
      );
      defineCatalogue([defineEvent({ ...ping, type, recordedBy: 'portal' })]);
    }
    defineCatalogue([defineEvent({ ...ping, type: 'logs.read' })]);
  });

  it('accepts a newer version that only the Portal records', () => {
    const both = defineCatalogue([
      defineEvent(ping),
      defineEvent({ ...ping, version: 2, recordedBy: 'portal' }),
    ]);
    expect(both.latest('lab.ping')?.recordedBy).toBe('portal');
  });

  it('finds nothing under the names of object prototypes', () => {
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect(catalogue.latest(name)).toBeUndefined();
      expect(catalogue.find(name, 1)).toBeUndefined();
    }
  });
});
