/** The query of a document's page, for the page and its loader. */

import { trpc } from '../trpc.ts';

export const documentQuery = (organizationId: string, id: string) =>
  trpc.documents.get.queryOptions({ organizationId, id });
