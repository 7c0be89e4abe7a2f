/** `defineEvent`: one catalogue entry defines everything about an event type. */

import { z } from 'zod';
import { checkDefinition } from './check-definition.ts';
import { checkFields } from './check-fields.ts';
import { targetSchema, typedEnvelope, type Outcome } from './event.ts';

/** The schema of a target of one type. */
export function target<Type extends string>(type: Type) {
  return z.strictObject({ ...targetSchema.shape, type: z.literal(type) });
}

type TargetOf<Type extends string> = ReturnType<typeof target<Type>>;
/** Target types that are not literals are only checked at run time. */
type TargetsOf<Types extends readonly string[]> = z.ZodTuple<
  number extends Types['length']
    ? []
    : { -readonly [Index in keyof Types]: TargetOf<Types[Index]> },
  number extends Types['length'] ? TargetOf<Types[number]> : null
>;

/** A person other than the actor who is mentioned in an event. Erasing the person deletes these details. */
export interface Subject<Field extends string> {
  /** The person's part in the event, such as `invitee`. */
  type: string;
  /** The detail that identifies the person. */
  id: Field;
  /** All details about the person. */
  details: readonly Field[];
}

/** The definition of an event type, as passed to `defineEvent`. */
export interface EventSpec<
  Type extends string,
  Version extends number,
  Details extends z.ZodRawShape,
  Targets extends readonly string[],
  Recorder extends 'emitter' | 'portal' = 'emitter' | 'portal',
> {
  /** The type code, such as `user.build`. */
  type: Type;
  /** Incremented by breaking changes. Older versions stay in the catalogue. */
  version: Version;
  /** The display name, such as `User Build`. */
  title: string;
  description: string;
  category: string;
  /** `emitter`: tools send it with a key. `portal`: only the Portal records it, and no key may send it. */
  recordedBy: Recorder;
  /** zod schemas of the details; other details are rejected. */
  details: Details;
  /** The types of the targets, in order. */
  targets: Targets;
  /** Details that are public in the log. **All others are private.** */
  publicDetails: readonly (keyof Details & string)[];
  /** Persons other than the actor whom the details are about. */
  subjects?: readonly Subject<keyof Details & string>[];
  /** The outcome when the emitter gives none. Default: `success`. */
  outcome?: Outcome;
  /** A message template (see `renderMessage`) that starts with a verb in the past tense. */
  sentence: string;
  /**
   * The template for an act that failed or was denied, beginning with `Tried to`. Omit it when the type itself is a
   * failure, as in `user.publish_pr_failure`.
   */
  attempt?: string;
  /**
   * A link for the event: the link's text and the template of its address, which is a path of the Portal or starts with
   * `https://` and a fixed host.
   */
  link?: { path: `/${string}` | `https://${string}`; label: string };
  /** How long events are kept, counted from loggedAt: 365 to 36,500. */
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
 * @throws Error that lists what is wrong with it, such as a template with an unknown path or an invalid example
 * @example
 * export const docViewed = defineEvent({
 *   type: 'user.viewed_doc', version: 1, title: 'User Viewed doc', description: 'A user opened a document.',
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
  checkFields(spec);
  const details = z.strictObject(spec.details);
  const targets = z.tuple(spec.targets.map(target) as never) as unknown as TargetsOf<Targets>;
  const definition = {
    ...spec,
    schemas: {
      details,
      targets,
      event: typedEnvelope(details, targets, spec.outcome ?? 'success'),
    },
  };
  checkDefinition(definition);
  return definition;
}

/** A catalogue entry, as returned by `defineEvent`. */
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
