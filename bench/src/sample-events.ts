/** Sample events by many people: every second one is a build, the others cycle through all emitted types. */

import { liblabCatalogue, type Actor, type Catalogue, type SentEvent } from '@liblab/audit-core';

export const personCount = 500;

/** The arguments of `emit`. */
export type SampleInput = Pick<
  SentEvent,
  'type' | 'actor' | 'targets' | 'outcome' | 'context' | 'details'
>;

const catalogue: Catalogue = liblabCatalogue;
/** The types that a key may emit. */
const definitions = catalogue.definitions.filter(({ recordedBy }) => recordedBy === 'emitter');

/** The type of every second event. */
export const mainType = 'user.build';
const main = liblabCatalogue.latest(mainType);

/** Deterministic: the same number gives the same event. */
export function sampleInput(n: number): SampleInput {
  const definition = n % 2 === 0 ? main : definitions[((n - 1) / 2) % definitions.length];
  if (!definition) throw new Error('The catalogue is empty.');
  const { type, example } = definition;
  return {
    type,
    actor: actorOf(n),
    targets: example.targets.map((target) => ({ ...target, id: `${target.id}-${n % 3_000}` })),
    outcome: n % 20 === 7 ? 'failure' : 'success',
    context: {
      ip: `10.${n % 7}.${n % 11}.${n % 251}`,
      userAgent: 'liblab-cli/1.4.2 (linux x64) node/24.21.0',
      requestId: `req_${(n * 2_654_435_761).toString(36)}`,
      service: 'build-service',
      serviceVersion: '3.1.0',
    },
    details: example.details as SampleInput['details'],
  };
}

/** Each person has three events in a row; in every tenth event, a token acts for the person. */
function actorOf(n: number): Actor {
  const person = personOf((Math.floor(n / 3) * 7) % personCount);
  if (n % 10 !== 3) return person;
  return { type: 'token', id: `ci-${n % 30}`, name: 'Release pipeline', onBehalfOf: person };
}

export function personOf(n: number): Actor & { email: string } {
  return {
    type: 'user',
    id: String(1_000 + n),
    email: `person.${n}@exciting.soda`,
    name: `Person Okafor-${n}`,
  };
}
