/** The texts of an event that a query searches. */

import type { Actor, Json, TrailEvent } from '../event.ts';

/**
 * Every text by which a bare word finds an event: its ids, type, names and e-mail addresses, reason, context, and the
 * values of details and changes. Not its times, its outcome and the types of actors, which have few values.
 */
export function* textsOf(event: TrailEvent): Generator<string> {
  yield event.id;
  yield event.type;
  yield* textsOfActor(event.actor);
  for (const target of event.targets) yield* given(target.type, target.id, target.name);
  yield* given(event.reason, ...Object.values(event.context));
  yield* scalarsOf(event.details);
  for (const { path, before, after } of event.changes ?? []) {
    yield path;
    yield* scalarsOf(before);
    yield* scalarsOf(after);
  }
  yield* given(event.reportedBy?.keyId, event.reportedBy?.name);
}

/** The strings, numbers, booleans and nulls inside a JSON value, as text. */
export function* scalarsOf(value: Json | undefined): Generator<string> {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) yield* scalarsOf(part);
  } else if (value !== undefined) {
    yield String(value);
  }
}

/** The values at a path; a list on the way stands for each of its items. */
export function* valuesAt(value: Json | undefined, path: readonly string[]): Generator<Json> {
  const [name, ...rest] = path;
  if (value === undefined) return;
  if (name === undefined) yield value;
  else if (Array.isArray(value)) for (const item of value) yield* valuesAt(item, path);
  else if (typeof value === 'object' && value !== null && Object.hasOwn(value, name)) {
    yield* valuesAt(value[name], rest);
  }
}

function* textsOfActor({ id, email, name, onBehalfOf }: Actor): Generator<string> {
  yield* given(id, email, name);
  if (onBehalfOf) yield* textsOfActor(onBehalfOf);
}

function* given(...texts: readonly (string | undefined)[]): Generator<string> {
  for (const text of texts) if (text !== undefined) yield text;
}
