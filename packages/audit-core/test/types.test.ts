import { expect, expectTypeOf, test } from 'vitest';
import {
  defineCatalogue,
  defineEvent,
  liblabCatalogue,
  type EventInput,
  type LiblabCatalogue,
} from '../src/index.ts';

type Build = EventInput<LiblabCatalogue, 'user.build'>;

test('the types of details and targets flow from the catalogue', () => {
  expectTypeOf<Build['details']['buildId']>().toEqualTypeOf<number>();
  expectTypeOf<Build['details']['languages'][number]>().toEqualTypeOf<
    'java' | 'typescript' | 'python' | 'go' | 'csharp' | 'terraform' | 'php' | 'swift'
  >();
  expectTypeOf<Build['targets'][0]['type']>().toEqualTypeOf<'build'>();
  expectTypeOf<Build['targets']['length']>().toEqualTypeOf<2>();
  // @ts-expect-error a detail of another type
  const wrong: Build['details'] = { documentId: 1 };
  void wrong;
});

test('a public detail that does not exist, and a link that is neither a path nor https, do not compile', () => {
  const shape = {
    type: 'lab.ping',
    version: 1,
    title: 'Ping',
    description: 'x',
    category: 'lab',
    recordedBy: 'emitter',
    targets: [],
    sentence: 'Pinged',
    retentionDays: 365,
    example: { details: {}, targets: [] },
  } as const;
  // @ts-expect-error `nope` is not a detail
  expect(() => defineEvent({ ...shape, details: {}, publicDetails: ['nope'] })).toThrow('nope');
  expect(() =>
    defineEvent({
      ...shape,
      details: {},
      publicDetails: [],
      // @ts-expect-error a link starts with / or https://
      link: { path: 'http://other.example/', label: 'Open' },
    }),
  ).toThrow('link.path');
});

test("a combined catalogue has both catalogues' types", () => {
  const more = defineCatalogue([
    defineEvent({
      type: 'lab.ping',
      version: 1,
      title: 'Ping',
      description: 'x',
      category: 'lab',
      recordedBy: 'emitter',
      details: {},
      targets: ['host'],
      publicDetails: [],
      sentence: 'Pinged {targets.0.id}',
      retentionDays: 365,
      example: { details: {}, targets: [{ type: 'host', id: 'a' }] },
    }),
  ]);
  const both = liblabCatalogue.with(more);
  expectTypeOf<EventInput<typeof both, 'lab.ping'>['targets'][0]['type']>().toEqualTypeOf<'host'>();
});

test('target types that are not literals are typed as a list of any length', () => {
  const kinds: readonly string[] = ['bucket', 'object'];
  const fromData = defineCatalogue([
    defineEvent({
      type: 'store.put',
      version: 1,
      title: 'Put',
      description: 'x',
      category: 'store',
      recordedBy: 'emitter',
      details: {},
      targets: kinds,
      publicDetails: [],
      sentence: 'Put {targets.0.id}',
      retentionDays: 365,
      example: { details: {}, targets: kinds.map((type) => ({ type, id: 'a' })) },
    }),
  ]);
  const targets: EventInput<typeof fromData, 'store.put'>['targets'] = [
    { type: 'bucket', id: 'a' },
  ];
  const event = {
    id: '019a972c-7e62-7b0d-a3c1-2b1f0e5d4c3b',
    type: 'store.put',
    occurredAt: '2026-01-31T09:30:00.000Z',
    actor: { type: 'user', id: '1' },
    details: {},
  };
  expect(fromData.check({ ...event, targets }).ok).toBe(false);
  const both = [...targets, { type: 'object', id: 'a' }];
  expect(fromData.check({ ...event, targets: both }).ok).toBe(true);
});
