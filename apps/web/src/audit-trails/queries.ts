/** The queries of the audit trail's page, for the page and its loaders. */

import { trpc } from '../trpc.ts';
import type { AuditSearch, Filters } from './search.ts';

export const pageSize = 50;

type TrailFilters = Filters & { organizationId: string };

/** The page of events that the search selects. */
export const listQuery = (filters: TrailFilters, { cursor, side }: AuditSearch) =>
  trpc.events.list.queryOptions(
    {
      ...filters,
      limit: pageSize,
      ...(cursor ? { cursor } : {}),
      ...(side ? { direction: side } : {}),
    },
    // Rows never move by themselves; new events are offered by a button.
    { staleTime: Infinity },
  );

export const countQuery = (filters: TrailFilters) =>
  trpc.events.count.queryOptions(filters, { staleTime: Infinity });

// An event never changes; only its checkpoint arrives later, for which the drawer polls.
export const eventQuery = (organizationId: string, id: string) =>
  trpc.events.get.queryOptions({ organizationId, id }, { staleTime: Infinity });
