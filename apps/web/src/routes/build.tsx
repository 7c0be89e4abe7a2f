/** `/builds/<id>` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { buildQuery } from '../builds/queries.ts';
import { frameRoute } from './frame.tsx';

export const buildRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/builds/$buildId',
  loader: ({ context: { queryClient, organizationWith }, params }) => {
    const organizationId = organizationWith('builds:read');
    if (organizationId) void queryClient.prefetchQuery(buildQuery(organizationId, params.buildId));
  },
  component: lazyRouteComponent(() => import('../builds/build-page.tsx'), 'BuildPage'),
});
