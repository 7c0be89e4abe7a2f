/** `defineEvent`: one entry of the catalogue owns everything about an event type. */

import { z } from 'zod';
import { targetSchema, typedEnvelope, type Outcome } from './event.ts';

/** A target of one kind. */
export function target<Type extends string>(type: Type) {
  return z.strictObject({ ...targetSchema.shape, type: z.literal(type) });
}

type TargetOf<Type extends string> = ReturnType<typeof target<Type>>;
/** Kinds that come from data, and are not literals, are counted and named at run time alone. */
type TargetsOf<Types extends readonly string[]> = z.ZodTuple<
  number extends Types['length']
    ? []
    : { -readonly [Index in keyof Types]: TargetOf<Types[Index]> },
  number extends Types['length'] ? TargetOf<Types[number]> : null
>;

/** A person other than the actor of whom an event speaks: the unit that erasure knows. */
export interface Subject<Field extends string> {
  /** What kind of person, as in `invitee`. */
  type: string;
  /** The detail that identifies the person. */
  id: Field;
  /** All details that tell something about the person. */
  details: readonly Field[];
}

export interface EventSpec<
  Type extends string,
  Version extends number,
  Details extends z.ZodRawShape,
  Targets extends readonly string[],
  Recorder extends 'emitter' | 'portal' = 'emitter' | 'portal',
> {
  /** The code, as in `user.build`. */
  type: Type;
  /** Counts up with each breaking change; the older versions stay in the catalogue. */
  version: Version;
  /** As people read it, as in `User Build`. */
  title: string;
  description: string;
  category: string;
  /** `emitter`: tools send it with a key. `portal`: the server itself records it and no key may send it. */
  recordedBy: Recorder;
  /** zod schemas of the details; anything else in `details` is rejected. */
  details: Details;
  /** The kinds of the targets, in order. */
  targets: Targets;
  /** Details that may stand in the public part of the log. **What is not named here is private.** */
  publicDetails: readonly (keyof Details & string)[];
  /** Other persons the details speak of. */
  subjects?: readonly Subject<keyof Details & string>[];
  /** The outcome when the emitter names none; `success` unless said. */
  outcome?: Outcome;
  /** A message template (see `renderMessage`), beginning with a verb in the past. */
  sentence: string;
  /**
   * The template for an act that failed or was denied, beginning with `Tried to`. Omit it when the type itself is a
   * failure, as in `user.publish_pr_failure`.
   */
  attempt?: string;
  /** Where the event leads: a path template and the words on the link. */
  link?: { path: string; label: string };
  /** Days an event is kept, counted from loggedAt. */
  retentionDays: number;
  /** Details and targets of a typical event, for documentation and tests. */
  example: {
    details: z.input<z.ZodObject<Details>>;
    targets: { [Index in keyof Targets]: { type: Targets[Index]; id: string; name?: string } };
  };
}

/**
 * Defines an event type.
 *
 * @example
 * export const docViewed = defineEvent({
 *   type: 'user.viewed_doc', version: 1, title: 'User Viewed doc', description: 'Somebody opened a document.',
 *   category: 'documents', recordedBy: 'emitter',
 *   details: { language: z.string().max(40) }, targets: ['document'], publicDetails: ['language'],
 *   sentence: 'Viewed {targets.0.name}', link: { path: '/documents/{targets.0.id}', label: 'Open document' },
 *   retentionDays: 365, example: { details: { language: 'go' }, targets: [{ type: 'document', id: '7' }] },
 * });
 */
export function defineEvent<
  const Type extends string,
  const Version extends number,
  Details extends z.ZodRawShape,
  const Targets extends readonly string[],
  const Recorder extends 'emitter' | 'portal',
>(spec: EventSpec<Type, Version, Details, Targets, Recorder>) {
  const details = z.strictObject(spec.details);
  const targets = z.tuple(spec.targets.map(target) as never) as unknown as TargetsOf<Targets>;
  return {
    ...spec,
    schemas: {
      details,
      targets,
      event: typedEnvelope(details, targets, spec.outcome ?? 'success'),
    },
  };
}

/** An entry of the catalogue as `defineEvent` returns it. */
export type EventDefinition = Omit<
  ReturnType<
    typeof defineEvent<string, number, z.ZodRawShape, readonly string[], 'emitter' | 'portal'>
  >,
  'example' | 'schemas' | 'publicDetails' | 'subjects' | 'details'
> & {
  details: z.ZodRawShape;
  publicDetails: readonly string[];
  subjects?: readonly Subject<string>[];
  example: { details: unknown; targets: readonly { type: string; id: string; name?: string }[] };
  schemas: { details: z.ZodType; targets: z.ZodType; event: z.ZodType };
};
