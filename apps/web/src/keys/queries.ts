/** The queries of the pages about API keys and CI tokens, for the pages and their loaders. */

import { trpc } from '../trpc.ts';

export const keysQuery = (organizationId: string) =>
  trpc.keys.list.queryOptions({ organizationId });

export const tokensQuery = (organizationId: string) =>
  trpc.tokens.list.queryOptions({ organizationId });

export const tokenQuery = (organizationId: string | undefined, id: string) =>
  trpc.tokens.get.queryOptions({ organizationId, id });
