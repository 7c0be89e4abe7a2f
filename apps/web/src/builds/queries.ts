/** The query of a build's page, for the page and its loader. */

import { trpc } from '../trpc.ts';

export const buildQuery = (organizationId: string, id: string) =>
  trpc.builds.get.queryOptions({ organizationId, id });
