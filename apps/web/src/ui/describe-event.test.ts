import { expect, test } from 'vitest';
import { liblabCatalogue, type EventTypeDescription, type TrailEvent } from '@liblab/audit-core';
import { describeEvent, type Descriptions } from './describe-event.ts';

const descriptions: Descriptions = new Map(
  liblabCatalogue.describe().map((description) => [description.type, description]),
);

const build: TrailEvent = {
  id: '0198bbbb-0000-7000-8000-000000000001',
  seq: 1,
  type: 'user.build',
  version: 1,
  organizationId: '0198aaaa-0000-7000-8000-000000000001',
  occurredAt: '2026-03-10T12:00:00.000Z',
  loggedAt: '2026-03-10T12:00:00.000Z',
  at: '2026-03-10T12:00:00.000Z',
  late: false,
  actor: { type: 'user', id: '1' },
  targets: [{ type: 'build', id: '312' }],
  outcome: 'success',
  context: {},
  details: {
    buildId: 312,
    apiName: 'Llama Store',
    apiId: 520,
    languages: ['go'],
    sdkVersion: '1.4.0',
    durationMs: 1,
  },
  known: true,
};

const withLink = (path: string): Descriptions =>
  new Map([
    [
      'user.build',
      {
        ...(descriptions.get('user.build') as EventTypeDescription),
        link: { path, label: 'Open' },
      },
    ],
  ]);

test('an event has a title, a sentence and a link', () => {
  expect(describeEvent(build, descriptions)).toEqual({
    title: 'User Build',
    sentence: 'Built Llama Store 1.4.0 in 1 language',
    predicate: 'built Llama Store 1.4.0 in 1 language',
    link: { href: '/builds/312', label: 'Open build #312' },
  });
});

test('erased details leave gaps in the sentence and remove the link', () => {
  const text = describeEvent({ ...build, details: {} }, descriptions);
  expect(text.sentence).toBe('Built … … in …');
  expect(text.link).toBeUndefined();
});

test.each(['failure', 'denied'] as const)('a %s is described as an attempt', (outcome) => {
  const text = describeEvent({ ...build, outcome }, descriptions);
  expect(text.sentence).toBe('Tried to build Llama Store 1.4.0 in 1 language');
  expect(text.predicate).toBe('tried to build Llama Store 1.4.0 in 1 language');
});

test('a denied act is quoted when its type has no sentence for an attempt', () => {
  const { attempt: _, ...description } = descriptions.get('user.build') as EventTypeDescription;
  const text = describeEvent(
    { ...build, outcome: 'denied' },
    new Map([['user.build', description]]),
  );
  expect(text.sentence).toBe('Was denied: “Built Llama Store 1.4.0 in 1 language”');
});

test('an event type that the server does not know is shown by its code', () => {
  expect(describeEvent({ ...build, known: false }, descriptions)).toEqual({ title: 'user.build' });
  expect(describeEvent({ ...build, type: 'billing.paid' }, descriptions)).toEqual({
    title: 'billing.paid',
  });
});

test.each([
  'javascript:alert(1)',
  '//evil.example/{details.buildId}',
  'http://plain.example/',
  'https://{details.apiName}/',
  'https://github.com@evil.example/{details.buildId}',
  'data:text/html,x',
])('a catalogue cannot link to %s', (path) =>
  expect(describeEvent(build, withLink(path)).link).toBeUndefined(),
);

test('a catalogue can link to another site', () =>
  expect(describeEvent(build, withLink('https://ci.example/{details.buildId}')).link).toEqual({
    href: 'https://ci.example/312',
    label: 'Open',
  }));

test('a template with an unknown filter shows the plain value', () => {
  const description = descriptions.get('user.build') as EventTypeDescription;
  const wrong = { ...description, sentence: 'Built {details.apiName|upper} of {details.nope}' };
  expect(describeEvent(build, new Map([['user.build', wrong]])).sentence).toBe(
    'Built Llama Store of …',
  );
});

test('an event that cannot be described says so', () => {
  const { sentence: _, ...broken } = descriptions.get('user.build') as EventTypeDescription;
  expect(describeEvent(build, new Map([['user.build', broken as EventTypeDescription]]))).toEqual({
    title: 'user.build',
    sentence: 'This event cannot be shown',
  });
});

test('values in a link are encoded', () => {
  const event = { ...build, details: { ...build.details, buildId: '../../settings?x=1' } };
  expect(describeEvent(event, descriptions).link?.href).toBe('/builds/..%2F..%2Fsettings%3Fx%3D1');
});
