/** `/audit-trails` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { countQuery, listQuery } from '../audit-trails/queries.ts';
import { auditSearchSchema, toFilters } from '../audit-trails/search.ts';
import { frameRoute } from './frame.tsx';

export const auditTrailsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/audit-trails',
  validateSearch: auditSearchSchema,
  loaderDeps: ({ search }) => search,
  loader: ({ cause, context: { queryClient, organizationWith }, deps: search }) => {
    const asOf = Date.now();
    const organizationId = organizationWith('trail:read');
    // An open page counts relative ranges from when it was opened, and fetches by itself.
    if (organizationId && cause === 'enter') {
      const filters = { organizationId, ...toFilters(search, asOf) };
      void queryClient.prefetchQuery(listQuery(filters, search));
      void queryClient.prefetchQuery(countQuery(filters));
    }
    return { asOf };
  },
  component: lazyRouteComponent(
    () => import('../audit-trails/audit-trails-page.tsx'),
    'AuditTrailsPage',
  ),
});
