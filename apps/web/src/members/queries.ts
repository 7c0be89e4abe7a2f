/** The queries of the pages about members, for the pages and their loaders. */

import { trpc } from '../trpc.ts';

export const membersQuery = (organizationId: string) =>
  trpc.members.list.queryOptions({ organizationId });

export const memberQuery = (organizationId: string | undefined, userId: string) =>
  trpc.members.get.queryOptions({ organizationId, userId });
