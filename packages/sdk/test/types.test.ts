import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import {
  defineCatalogue,
  defineEvent,
  liblabCatalogue,
  type Acknowledgement,
  type Actor,
  type AuditClient,
} from '../src/index.ts';

const build = {
  targets: [
    { type: 'build', id: '312' },
    { type: 'api', id: '520' },
  ] as [{ type: 'build'; id: string }, { type: 'api'; id: string }],
  details: {
    buildId: 312,
    apiName: 'Llama Store',
    apiId: 520,
    languages: ['go' as const],
    sdkVersion: '1.4.0',
    durationMs: 48_210,
  },
};
const actor: Actor = { type: 'user', id: '1' };

const labCatalogue = defineCatalogue([
  defineEvent({
    type: 'lab.ping',
    version: 1,
    title: 'Ping',
    description: 'A host was pinged.',
    category: 'lab',
    recordedBy: 'emitter',
    details: { rttMs: z.number() },
    targets: ['host'],
    publicDetails: [],
    sentence: 'Pinged {targets.0.id}',
    retentionDays: 365,
    example: { details: { rttMs: 3 }, targets: [{ type: 'host', id: 'a' }] },
  }),
]);
const both = liblabCatalogue.with(labCatalogue);

/** Checked by `tsc`; never called. */
export function typed(
  audit: AuditClient,
  acting: AuditClient<typeof liblabCatalogue, Actor>,
  wide: AuditClient<typeof both>,
) {
  expectTypeOf(audit.emit('user.build', { ...build, actor })).toEqualTypeOf<
    Promise<Acknowledgement>
  >();
  void audit.emit('user.build', { ...build, actor, occurredAt: new Date(), outcome: 'failure' });
  void acting.emit('user.build', build);
  void wide.emit('user.build', { ...build, actor });
  void wide.emit('lab.ping', {
    actor,
    targets: [{ type: 'host', id: 'a' }],
    details: { rttMs: 1 },
  });
  // A client with a wider catalogue is assignable to one with liblab's.
  const narrow: AuditClient = wide;
  const withActor: AuditClient = acting;
  void [narrow, withActor];

  // @ts-expect-error the client has no actor, so the event needs one
  void audit.emit('user.build', build);
  // @ts-expect-error a misspelt type
  void audit.emit('user.biuld', { ...build, actor });
  // @ts-expect-error a type from another catalogue
  void audit.emit('lab.ping', {
    actor,
    targets: [{ type: 'host', id: 'a' }],
    details: { rttMs: 1 },
  });
  // @ts-expect-error a detail of the wrong type
  void audit.emit('user.build', { ...build, actor, details: { ...build.details, buildId: '312' } });
  // @ts-expect-error a detail is missing
  void audit.emit('user.build', { ...build, actor, details: { buildId: 312 } });
  // @ts-expect-error an unknown detail
  void audit.emit('user.build', { ...build, actor, details: { ...build.details, colour: 'red' } });
  // @ts-expect-error targets in the wrong order
  void audit.emit('user.build', { ...build, actor, targets: [build.targets[1], build.targets[0]] });
  // @ts-expect-error an unknown outcome
  void audit.emit('user.build', { ...build, actor, outcome: 'maybe' });
}

test('payloads are typed by the catalogue', () => {
  expectTypeOf(typed).toBeFunction();
});
