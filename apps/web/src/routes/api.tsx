/** `/apis/<id>` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { apiQuery } from '../apis/queries.ts';
import { frameRoute } from './frame.tsx';

export const apiRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/apis/$apiId',
  loader: ({ context: { queryClient, organizationWith }, params }) => {
    const organizationId = organizationWith('builds:read');
    if (organizationId) void queryClient.prefetchQuery(apiQuery(organizationId, params.apiId));
  },
  component: lazyRouteComponent(() => import('../apis/api-page.tsx'), 'ApiPage'),
});
