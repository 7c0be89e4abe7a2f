/** `/members` and `/members/<user id>` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { frameRoute } from './frame.tsx';

export const membersRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/members',
  component: lazyRouteComponent(() => import('../members/members-page.tsx'), 'MembersPage'),
});

export const memberRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/members/$userId',
  component: lazyRouteComponent(() => import('../members/member-page.tsx'), 'MemberPage'),
});
