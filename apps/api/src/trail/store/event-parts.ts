/** Splits an event into parts, one for each person it mentions, so that each can be erased alone; and merges them again. */

import type { EventDefinition, Json, SentEvent, Subject } from '@liblab/audit-core';

/** A part with the name of its disclosure; `value` is an `EventPart`. */
export interface NamedPart {
  name: string;
  value: Json;
}

/** A partial event. Targets are public but their names are private, so the names are in another part. */
export type EventPart = Partial<SentEvent> & { targetNames?: (string | null)[] };

/**
 * The parts of a checked event: `body`, `actor`, one `subject:<type>:<id>` for each other person, and `private`; empty
 * parts are omitted. Without a definition nothing is known to be public, so the whole event is one `private` part. No
 * part contains the id or the organisation: the entry has the id, and the trail belongs to the organisation.
 */
export function splitEvent(event: SentEvent, definition: EventDefinition | undefined): NamedPart[] {
  if (!definition) {
    const { id: _id, organizationId: _organizationId, ...whole } = event;
    return [named('private', whole)];
  }
  const { actor, context, targets, reason, changes } = event;
  const body = bodyOf(event);
  const rest: Partial<Record<'reason' | 'targetNames' | 'details' | 'changes', unknown>> = {};
  const parts = [
    named('body', body),
    named('actor', isEmpty(context) ? { actor } : { actor, context }),
  ];
  const owners = ownersOf(definition);
  for (const name in event.details) {
    const owner = owners.get(name);
    const subject = typeof owner === 'object' ? partOf(owner, event, parts) : undefined;
    const part = owner === 'public' ? body : ((subject?.value as typeof rest | undefined) ?? rest);
    ((part.details ??= {}) as Record<string, unknown>)[name] = event.details[name];
  }
  if (reason !== undefined) rest.reason = reason;
  if (targets.some(({ name }) => name !== undefined)) {
    rest.targetNames = targets.map(({ name }) => name ?? null);
  }
  if (changes !== undefined) rest.changes = changes;
  if (!isEmpty(rest)) parts.push(named('private', rest));
  return parts;
}

/**
 * Merges the remaining parts. `read` returns a new object, which is modified, or undefined for an unreadable part.
 */
export function mergeParts<Stored>(
  stored: readonly Stored[],
  read: (part: Stored) => EventPart | undefined,
): EventPart {
  let merged: EventPart | undefined;
  for (const each of stored) {
    const part = read(each);
    if (!part) continue;
    const details = merged?.details;
    if (details && part.details) part.details = Object.assign(details, part.details);
    merged = merged ? Object.assign(merged, part) : part;
  }
  if (merged?.targets && merged.targetNames) nameTargets(merged.targets, merged.targetNames);
  return merged ?? {};
}

/** Parts of a damaged row may hold anything, and must not make the rest of the page unreadable. */
function nameTargets(targets: SentEvent['targets'], names: readonly (string | null)[]): void {
  if (!Array.isArray(targets) || !Array.isArray(names)) return;
  for (const [index, target] of targets.entries()) {
    const name: unknown = names[index];
    if (typeof name === 'string' && typeof target === 'object' && target) target.name = name;
  }
}

function bodyOf({ type, version, outcome, occurredAt, targets }: SentEvent) {
  const body: Record<string, unknown> & { details?: unknown } = {
    type,
    version,
    outcome,
    occurredAt,
  };
  if (targets.length > 0)
    body['targets'] = targets.map((target) => ({ type: target.type, id: target.id }));
  return body;
}

/** The subject's part, created with its first detail; undefined when the event does not name the person. */
function partOf(subject: Subject<string>, event: SentEvent, parts: NamedPart[]) {
  const id = event.details[subject.id];
  if (id === undefined || id === null) return undefined;
  const name = `subject:${subject.type}:${typeof id === 'object' ? JSON.stringify(id) : id}`;
  const present = parts.find((part) => part.name === name);
  if (present) return present;
  const made = named(name, {});
  parts.push(made);
  return made;
}

type Owner = 'public' | Subject<string>;
const ownersByDefinition = new WeakMap<EventDefinition, ReadonlyMap<string, Owner>>();

/** Whether each detail is public or belongs to a subject; others are private. A subject's details are never public. */
function ownersOf(definition: EventDefinition): ReadonlyMap<string, Owner> {
  let owners = ownersByDefinition.get(definition);
  if (!owners) {
    const made = new Map<string, Owner>();
    for (const name of definition.publicDetails) made.set(name, 'public');
    for (const subject of definition.subjects?.toReversed() ?? []) {
      for (const name of [subject.id, ...subject.details]) made.set(name, subject);
    }
    ownersByDefinition.set(definition, (owners = made));
  }
  return owners;
}

function named(name: string, value: unknown): NamedPart {
  return { name, value: value as Json };
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false;
  return true;
}
