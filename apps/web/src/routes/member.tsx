/** `/members/<user id>` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { memberQuery } from '../members/queries.ts';
import { frameRoute } from './frame.tsx';

export const memberRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/members/$userId',
  loader: ({ context: { queryClient, organizationWith }, params }) => {
    const organizationId = organizationWith('members:read');
    if (organizationId) void queryClient.prefetchQuery(memberQuery(organizationId, params.userId));
  },
  component: lazyRouteComponent(() => import('../members/member-page.tsx'), 'MemberPage'),
});
