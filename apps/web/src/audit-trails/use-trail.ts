/** The page of the trail that the address selects, and functions to change the address. */

import { useEffect, useMemo, useState } from 'react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { trpc } from '../trpc.ts';
import { listQuery, pageSize } from './queries.ts';
import { toFilters, fromNewest, type AuditSearch } from './search.ts';

const route = getRouteApi('/frame/audit-trails');

export function useTrail(organizationId: string) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  // Relative ranges count from here, so that list and count match and rows do not leave the range while displayed.
  const [asOf, setAsOf] = useState(route.useLoaderData().asOf);
  const filters = useMemo(
    () => ({ organizationId, ...toFilters(search, asOf) }),
    [organizationId, search, asOf],
  );
  const list = useQuery({
    ...listQuery(filters, search),
    placeholderData: keepPreviousData,
  });

  const change = (next: Partial<AuditSearch>, options: { replace?: boolean } = {}) =>
    void navigate({
      to: '.',
      search: (old: AuditSearch) => ({ ...old, ...next }),
      replace: options.replace ?? false,
    });

  // A page of newer events that is not full has reached the newest event, so show the first page instead.
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

  /** Reloads the newest page and the count. */
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
