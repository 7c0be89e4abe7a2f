/** `/builds` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { buildsQuery } from '../ui/builds-query.ts';
import { frameRoute } from './frame.tsx';

export const buildsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/builds',
  loader: ({ context: { queryClient, organizationWith } }) => {
    const organizationId = organizationWith('builds:read');
    if (organizationId) void queryClient.prefetchInfiniteQuery(buildsQuery(organizationId));
  },
  component: lazyRouteComponent(() => import('../builds/builds-page.tsx'), 'BuildsPage'),
});
