/** `/members` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { membersQuery } from '../members/queries.ts';
import { frameRoute } from './frame.tsx';

export const membersRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/members',
  loader: ({ context: { queryClient, organizationWith } }) => {
    const organizationId = organizationWith('members:read');
    if (organizationId) void queryClient.prefetchQuery(membersQuery(organizationId));
  },
  component: lazyRouteComponent(() => import('../members/members-page.tsx'), 'MembersPage'),
});
