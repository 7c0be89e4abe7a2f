/** `/apis` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { apisQuery } from '../apis/queries.ts';
import { frameRoute } from './frame.tsx';

export const apisRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/apis',
  loader: ({ context: { queryClient, organizationWith } }) => {
    const organizationId = organizationWith('builds:read');
    if (organizationId) void queryClient.prefetchInfiniteQuery(apisQuery(organizationId));
  },
  component: lazyRouteComponent(() => import('../apis/apis-page.tsx'), 'ApisPage'),
});
