/** The input that selects events: `q`, and parameters for single terms. */

import {
  allOf,
  AppError,
  limits,
  outcomes,
  parseQuery,
  targetSchema,
  typeCodeSchema,
  type Query,
  type Term,
} from '@liblab/audit-core';
import { z } from 'zod';
import { storableText } from '../../http/storable-text.ts';
import { firstMs, lastMs } from './position.ts';

const typesMax = 50;

/** An instant; `from` and `to` are inclusive. */
const instant = z.iso
  .datetime({
    offset: true,
    error: 'must be an ISO 8601 time with an offset, as in 2026-01-31T09:30:00.000Z',
  })
  .optional();

/** The input of list, count and export. Events must match all parameters. */
export const queryShape = {
  /** Text in the query language; errors in it are `invalid_filter`. */
  q: z.string().optional(),
  /** A whole e-mail address, or part of an address or actor id; case-insensitive. */
  actor: storableText(z.string().max(limits.actorIdCharsMax)).optional(),
  /** Any of these types, which may be missing from the catalogue. */
  types: z.array(typeCodeSchema).max(typesMax).optional(),
  outcome: z.union([z.enum(outcomes), z.array(z.enum(outcomes))]).optional(),
  from: instant,
  to: instant,
  /** Whether the event arrived more than 15 minutes after it happened. */
  late: z.boolean().optional(),
  target: z
    .object({ type: targetSchema.shape.type, id: storableText(targetSchema.shape.id) })
    .optional(),
};

const schema = z.object(queryShape);
export type QueryInput = z.infer<typeof schema>;

/** @throws AppError `invalid_filter` */
export function readQuery(input: QueryInput): Query {
  return allOf([parseQuery(input.q ?? ''), ...termsOf(input)]);
}

function* termsOf({ actor, types, outcome, late, target, from, to }: QueryInput): Generator<Term> {
  if (target) {
    const { type, id } = target;
    yield { kind: 'target', values: [{ type, id: { kind: 'text', text: id } }] };
  }
  const address = actor?.trim();
  if (address) yield { kind: 'actor', values: [{ kind: 'text', text: address }] };
  const [firstType, ...otherTypes] = new Set(types);
  if (firstType) {
    const pattern = (text: string) => ({ kind: 'text' as const, text });
    yield { kind: 'type', values: [pattern(firstType), ...otherTypes.map(pattern)] };
  }
  const [firstOutcome, ...otherOutcomes] = new Set(
    typeof outcome === 'string' ? [outcome] : outcome,
  );
  if (firstOutcome) yield { kind: 'outcome', values: [firstOutcome, ...otherOutcomes] };
  if (late !== undefined) yield { kind: 'late', value: late };
  yield* timesOf(from, to);
}

function* timesOf(from: string | undefined, to: string | undefined): Generator<Term> {
  const fromMs = readInstant(from, 'from');
  const toMs = readInstant(to, 'to');
  if (fromMs !== undefined && toMs !== undefined && fromMs > toMs) {
    throw new AppError('invalid_filter', `from (${from}) is later than to (${to}). Swap them.`, {
      path: '$.from',
    });
  }
  if (fromMs !== undefined) yield { kind: 'after', time: { kind: 'instant', ms: fromMs } };
  // `to` is inclusive; no event is later than the last instant.
  if (toMs !== undefined && toMs < lastMs) {
    yield { kind: 'before', time: { kind: 'instant', ms: toMs + 1 } };
  }
}

function readInstant(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (!(time >= firstMs && time <= lastMs)) {
    throw new AppError('invalid_filter', `${name} must be in the years 1 to 9999.`, {
      path: `$.${name}`,
    });
  }
  return time;
}
