/** The envelope: the fields that every audit event has, regardless of its type. */

import { z } from 'zod';
import { limits } from './limits.ts';

/** Any JSON value. `findUnstorable` checks it before the schema runs. */
const json = z.custom<Json>();

const text = (charsMax: number) => z.string().min(1).max(charsMax);

const identity = {
  type: z.enum(['user', 'token', 'system']),
  id: text(limits.actorIdCharsMax),
  email: text(limits.emailCharsMax).optional(),
  name: text(limits.nameCharsMax).optional(),
};

/** Who did it. A snapshot, so events stay readable after the user is deleted. */
export const actorSchema = z.strictObject({
  ...identity,
  /** On whose behalf the actor acted, for instance the user of a token. */
  onBehalfOf: z.strictObject(identity).optional(),
});

/** What it was done to. `type` and `id` identify it permanently; `name` is its name at the time. */
export const targetSchema = z.strictObject({
  type: z
    .string()
    .max(limits.targetTypeCharsMax)
    .regex(
      /^[a-z][a-z0-9_-]*$/,
      'must start with a lower-case letter and contain only lower-case letters, digits, - and _',
    ),
  id: text(limits.targetIdCharsMax),
  name: text(limits.nameCharsMax).optional(),
});

const contextText = text(limits.contextCharsMax).optional();

/** Where the request came from. */
export const contextSchema = z.strictObject({
  ip: z.union([z.ipv4(), z.ipv6()], 'must be an IPv4 or IPv6 address').optional(),
  userAgent: contextText,
  requestId: contextText,
  sessionId: contextText,
  correlationId: contextText,
  service: contextText,
  serviceVersion: contextText,
});

/** One changed field: its value before and after. */
export const changeSchema = z.strictObject({
  path: text(limits.contextCharsMax),
  before: json.optional(),
  after: json.optional(),
  /** The field is secret: the change is recorded without its values, which are dropped if they are sent. */
  redacted: z.boolean().optional(),
});

/** The outcomes an event can have. */
export const outcomes = ['success', 'failure', 'denied'] as const;

/** A type code such as `user.build`: two or more lower-case words joined by dots. */
export const typeCodeSchema = z
  .string()
  .max(limits.typeCharsMax)
  .regex(
    /^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+$/,
    'must be lower-case words joined by dots, such as user.build',
  );

const envelopeShape = {
  id: z.guid('must be a UUID'),
  type: typeCodeSchema,
  version: z.int().min(1).max(32_767).default(1),
  organizationId: z.guid('must be a UUID').optional(),
  occurredAt: z.iso
    .datetime({
      offset: true,
      error: 'must be a valid ISO 8601 time with an offset, such as 2026-01-31T09:30:00.000Z',
    })
    .max(limits.timeCharsMax)
    .refine(
      isInRange,
      'must be between the years 1970 and 9999 in UTC; check the date or the clock',
    ),
  actor: actorSchema,
  targets: z.array(targetSchema).max(limits.targetsMax).default([]),
  outcome: z.enum(outcomes).default('success'),
  reason: text(limits.reasonCharsMax).optional(),
  context: contextSchema.default({}),
  details: z.record(z.string(), json).default({}),
  changes: z.array(changeSchema).max(limits.changesMax).optional(),
};

/** Compares the instant, not the text: an offset can move the last day of 9999 into the year 10000. */
function isInRange(time: string): boolean {
  const ms = Date.parse(time);
  return ms >= limits.occurredAtMinMs && ms <= limits.occurredAtMaxMs;
}

/** An event as an emitter sends it, without the rules of its type. */
export const envelopeSchema = z.strictObject(envelopeShape);

/** The envelope with the details and targets of one event type. */
export function typedEnvelope<Details extends z.ZodType, Targets extends z.ZodType>(
  details: Details,
  targets: Targets,
  outcome: Outcome,
) {
  return z.strictObject({
    ...envelopeShape,
    outcome: z.enum(outcomes).default(outcome),
    details,
    targets,
  });
}

export type Actor = z.output<typeof actorSchema>;
export type Target = z.output<typeof targetSchema>;
export type Context = z.output<typeof contextSchema>;
export type Change = z.output<typeof changeSchema>;
export type Outcome = (typeof outcomes)[number];
export type Json = z.core.util.JSONType;

/** A validated event of any type, with defaults filled in. */
export type SentEvent = z.output<typeof envelopeSchema>;

/**
 * An event as it is read back: what was sent, its position in the trail, and who reported it.
 * Times are ISO 8601 in UTC with milliseconds.
 */
export interface TrailEvent {
  id: string;
  /** Position in the trail and leaf index in the log, from 0. */
  seq: number;
  type: string;
  version: number;
  organizationId: string;
  occurredAt: string;
  loggedAt: string;
  /** The earlier of occurredAt and loggedAt; the trail's sort key. */
  at: string;
  /** Whether it arrived more than 15 minutes after it happened. */
  late: boolean;
  actor: Actor;
  targets: Target[];
  outcome: Outcome;
  reason?: string;
  context: Context;
  details: Record<string, Json>;
  changes?: Change[];
  /** The key that reported it; absent when the Portal recorded it. */
  reportedBy?: { keyId: string; name: string };
  /** Whether the type is in the server's catalogue; if not, it is shown by its code. */
  known: boolean;
}
