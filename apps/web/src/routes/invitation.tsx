/** `/invitation#<token>` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { visitorQuery } from '../sign-in/visitor-query.ts';
import { rootRoute } from './root.tsx';

export const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  loader: ({ context: { queryClient } }) => void queryClient.prefetchQuery(visitorQuery),
  component: lazyRouteComponent(() => import('../sign-in/invitation-page.tsx'), 'InvitationPage'),
});
