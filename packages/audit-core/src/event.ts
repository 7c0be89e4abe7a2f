/** The envelope: what every audit event carries, whatever its type. */

import { z } from 'zod';
import { limits } from './limits.ts';

/** Any JSON value; `findUnstorable` has walked it before a schema sees it. */
const json = z.custom<Json>();

const text = (charsMax: number) => z.string().min(1).max(charsMax);

const identity = {
  type: z.enum(['user', 'token', 'system']),
  id: text(limits.actorIdCharsMax),
  email: text(limits.emailCharsMax).optional(),
  name: text(limits.nameCharsMax).optional(),
};

/** Who did it: a snapshot, so that a user deleted later stays readable. */
export const actorSchema = z.strictObject({
  ...identity,
  /** The person for whom a token, or somebody else, acted. */
  onBehalfOf: z.strictObject(identity).optional(),
});

/** What it was done to. `type` and `id` name it for ever; `name` is what it was called then. */
export const targetSchema = z.strictObject({
  type: z
    .string()
    .max(limits.targetTypeCharsMax)
    .regex(/^[a-z][a-z0-9_-]*$/, 'must be lower-case letters, digits, - and _'),
  id: text(limits.targetIdCharsMax),
  name: text(limits.nameCharsMax).optional(),
});

const contextText = text(limits.contextCharsMax).optional();

/** Where it came from. */
export const contextSchema = z.strictObject({
  ip: z.union([z.ipv4(), z.ipv6()], 'must be an IPv4 or IPv6 address').optional(),
  userAgent: contextText,
  requestId: contextText,
  sessionId: contextText,
  correlationId: contextText,
  service: contextText,
  serviceVersion: contextText,
});

export const changeSchema = z.strictObject({
  path: text(limits.contextCharsMax),
  before: json.optional(),
  after: json.optional(),
  /** The value is a secret: that it changed is recorded, what it was is not. */
  redacted: z.boolean().optional(),
});

export const outcomes = ['success', 'failure', 'denied'] as const;

/** A code such as `user.build`: lower-case words joined by dots, at least two. */
export const typeCodeSchema = z
  .string()
  .max(limits.typeCharsMax)
  .regex(
    /^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+$/,
    'must be lower-case words joined by dots, as in user.build',
  );

const envelopeShape = {
  id: z.guid('must be a UUID'),
  type: typeCodeSchema,
  version: z.int().min(1).max(32_767).default(1),
  organizationId: z.guid('must be a UUID').optional(),
  occurredAt: z.iso
    .datetime({
      offset: true,
      error: 'must be an existing ISO 8601 time with an offset, as in 2026-01-31T09:30:00.000Z',
    })
    .max(limits.timeCharsMax)
    .refine(isInRange, 'must lie in the years 1970 to 9999 in UTC; correct the clock or the date'),
  actor: actorSchema,
  targets: z.array(targetSchema).max(limits.targetsMax).default([]),
  outcome: z.enum(outcomes).default('success'),
  reason: text(limits.reasonCharsMax).optional(),
  context: contextSchema.default({}),
  details: z.record(z.string(), json).default({}),
  changes: z.array(changeSchema).max(limits.changesMax).optional(),
};

/** Of the instant, not of the text: an offset can carry the last day of 9999 into the year 10000. */
function isInRange(time: string): boolean {
  const ms = Date.parse(time);
  return ms >= limits.occurredAtMinMs && ms <= limits.occurredAtMaxMs;
}

/** An event as an emitter sends it, before its type is known. */
export const envelopeSchema = z.strictObject(envelopeShape);

/** The envelope of one event type: its own details and targets in the place of the general ones. */
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

/** A validated event of any type, defaults filled in. */
export type SentEvent = z.output<typeof envelopeSchema>;

/**
 * An event as it is read back: what was sent, where it stands in the trail, and who reported it.
 * Times are ISO 8601 in UTC with milliseconds.
 */
export interface TrailEvent {
  id: string;
  /** Position in the trail and leaf of the log, from 0. */
  seq: number;
  type: string;
  version: number;
  organizationId: string;
  occurredAt: string;
  loggedAt: string;
  /** The earlier of occurredAt and loggedAt: what the trail is sorted by. */
  at: string;
  /** It arrived more than 15 minutes after it happened. */
  late: boolean;
  actor: Actor;
  targets: Target[];
  outcome: Outcome;
  reason?: string;
  context: Context;
  details: Record<string, Json>;
  changes?: Change[];
  /** The key that reported it; absent when the Portal recorded it itself. */
  reportedBy?: { keyId: string; name: string };
  /** False when the server's catalogue does not know the type: it is shown under its code. */
  known: boolean;
}
