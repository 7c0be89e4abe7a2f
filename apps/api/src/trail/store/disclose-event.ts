/** Splits an event into its disclosures: one per person it speaks of, the unit that erasure knows. */

import type { EventDefinition, Json, SentEvent, Subject } from '@liblab/audit-core';

/** A part of an event under a digest of its own; `value` is a partial event that `readEvent` merges back. */
export interface Disclosed {
  name: string;
  value: Json;
}

/**
 * The disclosures of a checked event: `body`, `actor`, one `subject:<type>:<id>` per other person, and `private`; those
 * with nothing to say are left out. Without a definition nothing is known to be public, so the whole event is one
 * `private`. The id and the organisation are in no disclosure: the entry and the trail name them.
 */
export function discloseEvent(
  event: SentEvent,
  definition: EventDefinition | undefined,
): Disclosed[] {
  if (!definition) {
    const { id: _id, organizationId: _organizationId, ...whole } = event;
    return [disclosed('private', whole)];
  }
  const { actor, context, targets, reason, changes } = event;
  const body = bodyOf(event);
  const rest: Partial<Record<'reason' | 'targetNames' | 'details' | 'changes', unknown>> = {};
  const disclosures = [
    disclosed('body', body),
    disclosed('actor', isEmpty(context) ? { actor } : { actor, context }),
  ];
  const owners = ownersOf(definition);
  for (const name in event.details) {
    const owner = owners.get(name);
    const subject = typeof owner === 'object' ? disclosureOf(owner, event, disclosures) : undefined;
    const part = owner === 'public' ? body : ((subject?.value as typeof rest | undefined) ?? rest);
    ((part.details ??= {}) as Record<string, unknown>)[name] = event.details[name];
  }
  if (reason !== undefined) rest.reason = reason;
  if (targets.some(({ name }) => name !== undefined)) {
    rest.targetNames = targets.map(({ name }) => name ?? null);
  }
  if (changes !== undefined) rest.changes = changes;
  if (!isEmpty(rest)) disclosures.push(disclosed('private', rest));
  return disclosures;
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

/** The subject's disclosure, made with its first detail; undefined when the event does not name the person. */
function disclosureOf(subject: Subject<string>, event: SentEvent, disclosures: Disclosed[]) {
  const id = event.details[subject.id];
  if (id === undefined || id === null) return undefined;
  const name = `subject:${subject.type}:${typeof id === 'object' ? JSON.stringify(id) : id}`;
  const present = disclosures.find((disclosure) => disclosure.name === name);
  if (present) return present;
  const made = disclosed(name, {});
  disclosures.push(made);
  return made;
}

type Owner = 'public' | Subject<string>;
const ownersByDefinition = new WeakMap<EventDefinition, ReadonlyMap<string, Owner>>();

/** Who each detail belongs to; what is in no entry is private. A person's own details are never public. */
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

function disclosed(name: string, value: unknown): Disclosed {
  return { name, value: value as Json };
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false;
  return true;
}
