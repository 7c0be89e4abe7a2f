/** Events for tests: a valid one of any catalogue entry, and one of an unknown type. */

import fc from 'fast-check';
import { liblabCatalogue, portalCatalogue, type Catalogue } from '../../src/index.ts';

/** The server's default catalogue. */
export const catalogue: Catalogue = liblabCatalogue.with(portalCatalogue);

// oxlint-disable-next-line typescript/no-explicit-any -- tests spoil these in every place
export type Loose = any;

const envelope = {
  id: '019a972c-7e62-7b0d-a3c1-2b1f0e5d4c3b',
  occurredAt: '2026-01-31T09:30:00.000Z',
  actor: { type: 'user', id: '1190', email: 'ada@exciting.soda', name: 'Ada Okafor' },
};

/** The example of an entry as an emitter would send it; a copy that tests may modify. */
export function exampleEvent(type: string, version = 1): Loose {
  const definition = catalogue.find(type, version);
  if (!definition) throw new Error(`${type}@${version} is not in the catalogue.`);
  const { details, targets } = definition.example;
  return structuredClone({ ...envelope, type, version, targets, details });
}

/** An event of a type that is in no catalogue. */
export function unknownEvent(fields: object = {}): Loose {
  return structuredClone({ ...envelope, type: 'acme.unheard_of', ...fields });
}

/** Every entry as `[type@version, definition]`, for `it.each`. */
export const entries = catalogue.definitions.map(
  (definition) => [`${definition.type}@${definition.version}`, definition] as const,
);

/** The JSON path and message of a rejection; throws when the event was accepted. */
export function rejection(event: unknown): { path: string; message: string } {
  const checked = catalogue.check(event);
  if (checked.ok) throw new Error(`accepted: ${JSON.stringify(checked.event)}`);
  return checked.error;
}

/** Texts of arbitrary 16-bit units, including control characters and lone surrogates. */
export const anyText = fc
  .array(fc.integer({ min: 0, max: 0xff_ff }), { minLength: 1, maxLength: 12 })
  .map((units) => String.fromCharCode(...units));
