/** The search parameters of the audit trail, which are the page's only state, validated as they are read. */

import { typeCodeSchema } from '@liblab/audit-core';
import { z } from 'zod';
import type { Inputs } from '../trpc.ts';
import { isTime, resolveRange } from './range.ts';

const text = (charsMax: number) => z.string().trim().min(1).max(charsMax);

/** A list: `a,b` in the address, an array in the page. */
const list = <Item extends z.ZodType>(item: Item) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter(Boolean) : value),
    z.array(item).min(1).max(50),
  );

const time = z.string().refine(isTime);

// An invalid parameter is dropped, so that an old or mistyped link still opens the trail.
export const auditSearchSchema = z.object({
  /** Part of an e-mail address. */
  actor: text(320).optional().catch(undefined),
  types: list(typeCodeSchema).optional().catch(undefined),
  outcome: list(z.enum(['success', 'failure', 'denied']))
    .optional()
    .catch(undefined),
  from: time.optional().catch(undefined),
  to: time.optional().catch(undefined),
  tz: z.literal('utc').optional().catch(undefined),
  cursor: text(1_000).optional().catch(undefined),
  /** Which side of the cursor is shown; older when absent. */
  side: z.literal('newer').optional().catch(undefined),
});

export type AuditSearch = z.output<typeof auditSearchSchema>;
export type Filters = Pick<
  NonNullable<Exclude<Inputs['events']['list'], void>>,
  'actor' | 'types' | 'outcome' | 'from' | 'to'
>;

/** The names of the filters, in the order in which the page offers to remove them. */
export const filterNames = ['actor', 'types', 'outcome', 'range'] as const;
export type FilterName = (typeof filterNames)[number];

/** The filters as the API takes them. Relative times count from `now`. */
export function toFilters(search: AuditSearch, now: number): Filters {
  return {
    ...(search.actor ? { actor: search.actor } : {}),
    ...(search.types ? { types: search.types } : {}),
    ...(search.outcome ? { outcome: search.outcome } : {}),
    ...resolveRange(search, now),
  };
}

export function activeFilters(search: AuditSearch): FilterName[] {
  return filterNames.filter((name) =>
    name === 'range' ? (search.from ?? search.to) : search[name],
  );
}

/** The search without one filter, starting at the newest event. */
export function withoutFilter(search: AuditSearch, name: FilterName): AuditSearch {
  const rest = { ...search, ...fromNewest };
  return name === 'range'
    ? { ...rest, from: undefined, to: undefined }
    : { ...rest, [name]: undefined };
}

/** Spread this into a changed search: a cursor is only valid with its own filters. */
export const fromNewest = { cursor: undefined, side: undefined } as const;

/** The path that downloads the events that match the filters, as CSV. */
export function exportHref(organizationId: string, filters: Filters): string {
  const query = new URLSearchParams({ organizationId });
  if (filters.actor) query.set('actor', filters.actor);
  if (filters.types) query.set('types', filters.types.join(','));
  if (filters.outcome) query.set('outcome', [filters.outcome].flat().join(','));
  if (filters.from) query.set('from', filters.from);
  if (filters.to) query.set('to', filters.to);
  return `/api/v1/events.csv?${query}`;
}
