/** `/audit-trails/<event id>`: a drawer over the list. */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { eventQuery } from '../audit-trails/queries.ts';
import { auditTrailsRoute } from './audit-trails.tsx';

export const auditEventRoute = createRoute({
  getParentRoute: () => auditTrailsRoute,
  path: '$eventId',
  loader: ({ context: { queryClient, organizationWith }, params }) => {
    const organizationId = organizationWith('trail:read');
    if (organizationId) void queryClient.prefetchQuery(eventQuery(organizationId, params.eventId));
  },
  component: lazyRouteComponent(
    () => import('../audit-trails/drawer/event-drawer.tsx'),
    'EventDrawer',
  ),
});
