/** The queries of the pages about APIs, for the pages and their loaders. */

import { trpc } from '../trpc.ts';

export const apisQuery = (organizationId: string) =>
  trpc.apis.list.infiniteQueryOptions(
    { organizationId },
    { getNextPageParam: (page) => page.next },
  );

export const apiQuery = (organizationId: string, id: string) =>
  trpc.apis.get.queryOptions({ organizationId, id });
