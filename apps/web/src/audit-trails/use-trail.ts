/** The page of the trail that the address asks for, and the ways to move in it. */

import { useEffect, useMemo, useState } from 'react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { trpc } from '../trpc.ts';
import { filtersOf, fromNewest, type AuditSearch } from './search.ts';

export const pageSize = 50;

export const auditTrailsApi = getRouteApi('/frame/audit-trails');

export function useTrail(organizationId: string) {
  const search = auditTrailsApi.useSearch();
  const navigate = auditTrailsApi.useNavigate();
  const queryClient = useQueryClient();
  // Relative ranges count from here, so that list and count ask for the same and rows do not slip away while read.
  const [asOf, setAsOf] = useState(() => Date.now());
  const filters = useMemo(
    () => ({ organizationId, ...filtersOf(search, asOf) }),
    [organizationId, search, asOf],
  );
  const list = useQuery({
    ...trpc.events.list.queryOptions({
      ...filters,
      limit: pageSize,
      ...(search.cursor ? { cursor: search.cursor } : {}),
      ...(search.side ? { direction: search.side } : {}),
    }),
    placeholderData: keepPreviousData,
    // Rows never move by themselves: what is new is offered as a pill.
    staleTime: Infinity,
  });

  const change = (next: Partial<AuditSearch>, options: { replace?: boolean } = {}) =>
    void navigate({
      to: '.',
      search: (old: AuditSearch) => ({ ...old, ...next }),
      replace: options.replace ?? false,
    });

  // A page of newer events that is not full has reached the newest: show the head instead.
  const reachedHead =
    search.side === 'newer' &&
    !list.isPlaceholderData &&
    list.data !== undefined &&
    list.data.events.length < pageSize;
  useEffect(() => {
    if (!reachedHead) return;
    void navigate({
      to: '.',
      search: (old: AuditSearch) => ({ ...old, ...fromNewest }),
      replace: true,
    });
  }, [reachedHead, navigate]);

  /** Reads the newest page and its count again. */
  const refresh = async () => {
    setAsOf(Date.now());
    if (search.cursor) change(fromNewest);
    await Promise.all([
      queryClient.invalidateQueries(trpc.events.list.pathFilter()),
      queryClient.invalidateQueries(trpc.events.count.pathFilter()),
    ]);
  };

  return { search, asOf, filters, list, change, refresh };
}

export type Trail = ReturnType<typeof useTrail>;
