import { expectTypeOf, test } from 'vitest';
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

test('a further catalogue joins its types to ours', () => {
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
      retentionDays: 1,
      example: { details: {}, targets: [{ type: 'host', id: 'a' }] },
    }),
  ]);
  const both = liblabCatalogue.with(more);
  expectTypeOf<EventInput<typeof both, 'lab.ping'>['targets'][0]['type']>().toEqualTypeOf<'host'>();
});
