/** The builds of an organisation or of one of its APIs, newest first. */

import { trpc } from '../trpc.ts';

export const buildsQuery = (organizationId: string, apiId?: number) =>
  trpc.builds.list.infiniteQueryOptions(
    { organizationId, ...(apiId === undefined ? {} : { apiId }) },
    { getNextPageParam: (page) => page.next },
  );
