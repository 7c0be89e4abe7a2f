/** What a reader asks the trail for, checked before any of it reaches the database. */

import { AppError, foldCase, limits, type Outcome, outcomes } from '@liblab/audit-core';
import { z } from 'zod';
import { storableText } from '../../http/storable-text.ts';
import { firstMs, lastMs, rangeOf, type Range } from './position.ts';

const typesMax = 50;

/** An instant; `from` and `to` are both included. */
const instant = z.iso
  .datetime({
    offset: true,
    error: 'must be an ISO 8601 time with an offset, as in 2026-01-31T09:30:00.000Z',
  })
  .optional();

/** The filters that list, count and export share. All given ones must hold. */
export const filterShape = {
  /** A part of an e-mail address, or of the id where there is none, of who acted or for whom; case-blind. */
  actor: storableText(z.string().max(limits.actorIdCharsMax)).optional(),
  /** Any of these type codes; a code that the catalogue does not know is fine. */
  types: z
    .array(storableText(z.string().max(limits.typeCharsMax)))
    .max(typesMax)
    .optional(),
  outcome: z.union([z.enum(outcomes), z.array(z.enum(outcomes))]).optional(),
  from: instant,
  to: instant,
  /** Those that arrived more than 15 minutes after they happened, or those that did not. */
  late: z.boolean().optional(),
  target: z
    .object({
      type: storableText(z.string().max(limits.targetTypeCharsMax)),
      id: storableText(z.string().max(limits.targetIdCharsMax)),
    })
    .optional(),
};

const schema = z.object(filterShape);
export type FilterInput = z.infer<typeof schema>;

/** A filter with one spelling for what has several. Absent means: not filtered by. */
export interface Filter {
  organizationId: string;
  /** Case folded, never empty. */
  needle: string | undefined;
  types: readonly string[] | undefined;
  outcomes: readonly Outcome[] | undefined;
  late: boolean | undefined;
  target: { type: string; id: string } | undefined;
  range: Range;
}

/** @throws AppError `invalid_filter` */
export function readFilter(organizationId: string, input: FilterInput): Filter {
  const from = readInstant(input.from, 'from');
  const to = readInstant(input.to, 'to');
  if (from !== undefined && to !== undefined && from > to) {
    throw new AppError(
      'invalid_filter',
      `from (${input.from}) is later than to (${input.to}); swap them.`,
      {
        path: '$.from',
      },
    );
  }
  const wanted = new Set(typeof input.outcome === 'string' ? [input.outcome] : input.outcome);
  const types = [...new Set(input.types)];
  return {
    organizationId,
    // The writer folds case with the same function.
    needle: foldCase(input.actor?.trim() ?? '') || undefined,
    types: types.length > 0 ? types : undefined,
    outcomes: wanted.size > 0 && wanted.size < outcomes.length ? [...wanted] : undefined,
    late: input.late,
    target: input.target,
    range: rangeOf(from, to),
  };
}

function readInstant(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (!(time >= firstMs && time <= lastMs)) {
    throw new AppError('invalid_filter', `${name} must lie in the years 1 to 9999.`, {
      path: `$.${name}`,
    });
  }
  return time;
}
